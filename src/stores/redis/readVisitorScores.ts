import { expiryOfPacked, packAbsence, unpackScores } from "../../audience/packedScores.ts";
import type { Scores } from "../../targeting/types.ts";
import { createCircuitBreaker } from "../circuitBreaker.ts";
import type { RedisClient } from "./connect.ts";

/** Looks up a visitor whose scores the cache lacks. Never rejects; null = unscored, unknown, or late. */
export type LookUpScores = (
  visitorKey: string,
  modelVersion: number,
  nowMs: number,
) => Promise<Scores | null>;

export interface LookUpScoresOptions {
  readonly redis: RedisClient;
  /** The packed scores of a visitor under a model, from the table that holds them all. May throw and may be slow. */
  readonly getPackedScores: (
    visitorKey: string,
    modelVersion: number,
    nowMs: number,
  ) => Promise<Buffer | null>;
  /** How long a page waits for the table. */
  readonly deadlineMs: number;
  /** How long the cache keeps scores (never beyond their own expiry), and the absence of scores. */
  readonly cacheTtlSeconds: number;
  readonly absenceTtlSeconds: number;
  readonly clockMs: () => number;
  /** Told of a table that fails or is late, and of a cache that cannot be filled. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** More visitors than this are not asked about at once: the table is behind, and pages go unscored meanwhile. */
const maxInFlight = 1_000;
const failuresToOpen = 5;
const openForMs = 1_000;

/**
 * Asks the table under a deadline, once per visitor however many pages wait, and not at all while it fails or is late
 * (five in a row stop the questions for a second, then one probe a second). An answer, even one that comes too late for
 * its page, fills the cache for the next; "unknown" is remembered too. A fill writes only the visitor's score key.
 */
export function createLookUpScores(options: LookUpScoresOptions): LookUpScores {
  const { deadlineMs, clockMs } = options;
  const breaker = createCircuitBreaker({ failuresToOpen, openForMs, clockMs });
  const answers = new Map<string, Promise<Scores | null>>();
  return (visitorKey, modelVersion, nowMs) => {
    const question = `${visitorKey} ${modelVersion}`;
    const asked = answers.get(question);
    if (asked !== undefined) return asked;
    if (answers.size >= maxInFlight || !breaker.allows()) return unscored;
    let late = false;
    const looked = options
      .getPackedScores(visitorKey, modelVersion, nowMs)
      .then((packed) => {
        if (!late) breaker.succeeded();
        fillCache(options, visitorKey, packed ?? packAbsence(modelVersion), nowMs);
        return packed === null ? null : unpackScores(packed, nowMs, modelVersion);
      })
      .catch((error: unknown) => {
        if (!late) breaker.failed();
        options.onTrouble("score look-up failed", error);
        return null;
      });
    const answer = withDeadline(looked, deadlineMs, () => {
      late = true;
      breaker.failed();
      options.onTrouble("score look-up is late", null);
    });
    answers.set(question, answer);
    void looked.then(() => answers.delete(question));
    return answer;
  };
}

const unscored = Promise.resolve(null);

/** The name of the cache entry; the tag keeps a visitor's keys in one cluster slot. */
export function visitorScoresKey(visitorKey: string): string {
  return `{v:${visitorKey}}:s`;
}

function withDeadline(
  looked: Promise<Scores | null>,
  deadlineMs: number,
  onLate: () => void,
): Promise<Scores | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      onLate();
      resolve(null);
    }, deadlineMs);
    void looked.then((scores) => {
      clearTimeout(timer);
      resolve(scores);
    });
  });
}

function fillCache(
  options: LookUpScoresOptions,
  visitorKey: string,
  packed: Buffer,
  nowMs: number,
): void {
  const expiresAtSeconds = expiryOfPacked(packed);
  const ttlSeconds =
    expiresAtSeconds === null
      ? options.absenceTtlSeconds
      : Math.min(options.cacheTtlSeconds, expiresAtSeconds - Math.floor(nowMs / 1_000));
  if (ttlSeconds < 1) return;
  options.redis
    .set(visitorScoresKey(visitorKey), packed, "EX", ttlSeconds)
    .catch((error: unknown) => options.onTrouble("score cache not filled", error));
}
