import { isAbsence, unpackScores } from "../../audience/packedScores.ts";
import { decodeImpressions, visitorCapsKey } from "../../budgets/impressionLog.ts";
import type { ReadVisitor, ReadVisitorOutcome } from "../../serving/ports.ts";
import type { VisitorState } from "../../targeting/types.ts";
import { createCircuitBreaker } from "../circuitBreaker.ts";
import type { RedisClient } from "./connect.ts";
import { createLookUpScores, type LookUpScores, visitorScoresKey } from "./readVisitorScores.ts";

export interface ReadVisitorOptions {
  /** A connection with a command timeout (about 50 ms) and no offline queue: see `connectRedis`. */
  readonly redis: RedisClient;
  /** The packed scores of a visitor under a model: `getPackedScores` of the scores table. */
  readonly scoresOf: (
    visitorKey: string,
    modelVersion: number,
    nowMs: number,
  ) => Promise<Buffer | null>;
  /** The model whose scores may be used; null = none: nobody is scored. */
  readonly activeModelVersion: () => number | null;
  /** How long a page waits for DynamoDB, ms. Default 30. */
  readonly deadlineMs?: number;
  /** How long Redis keeps scores, seconds. Default 3,600. */
  readonly cacheTtlSeconds?: number;
  /** How long Redis remembers that a visitor has no scores, seconds. Default 300. */
  readonly absenceTtlSeconds?: number;
  /** A clock that never runs backwards, ms. */
  readonly clockMs?: () => number;
  /** Told of stores that fail or are late; must not throw. */
  readonly onTrouble?: (what: string, error: unknown) => void;
}

const nothingKnown: VisitorState = { scores: null, impressions: new Map() };
const redisAway: ReadVisitorOutcome = { ok: false };
const failuresToOpen = 5;
const openForMs = 100;

/**
 * Reads a visitor's scores and caps with one MGET. Missing scores are looked up in DynamoDB under a deadline; late means
 * unscored, and the next page finds them. With Redis away it answers `{ ok: false }`: within the connection's command
 * timeout at first, at once after five failures in a row (then one probe each 100 ms). Never rejects.
 */
export function createReadVisitor(options: ReadVisitorOptions): ReadVisitor {
  const { redis, activeModelVersion } = options;
  const clockMs = options.clockMs ?? (() => performance.now());
  const onTrouble = options.onTrouble ?? (() => undefined);
  const breaker = createCircuitBreaker({ failuresToOpen, openForMs, clockMs });
  const lookUpScores = createLookUpScores({
    redis,
    getPackedScores: options.scoresOf,
    deadlineMs: options.deadlineMs ?? 30,
    cacheTtlSeconds: options.cacheTtlSeconds ?? 3_600,
    absenceTtlSeconds: options.absenceTtlSeconds ?? 300,
    clockMs,
    onTrouble,
  });
  return async (visitorKey, wants, nowMs) => {
    const modelVersion = wants.scores ? activeModelVersion() : null;
    const keys = [
      ...(modelVersion === null ? [] : [visitorScoresKey(visitorKey)]),
      ...(wants.caps ? [visitorCapsKey(visitorKey)] : []),
    ];
    if (keys.length === 0) return { ok: true, visitor: nothingKnown };
    if (!breaker.allows()) return redisAway;
    let values: readonly (Buffer | null)[];
    try {
      values = await redis.mgetBuffer(keys);
    } catch (error) {
      breaker.failed();
      onTrouble("visitor not read", error);
      return redisAway;
    }
    breaker.succeeded();
    const caps = wants.caps ? (values[keys.length - 1] ?? null) : null;
    const cached = modelVersion === null ? null : (values[0] ?? null);
    const scores =
      modelVersion === null
        ? null
        : await scoresFrom(cached, visitorKey, modelVersion, nowMs, lookUpScores);
    return { ok: true, visitor: { scores, impressions: decodeImpressions(caps, nowMs) } };
  };
}

/** What the cache says when it can be used; else what the table says. */
function scoresFrom(
  cached: Buffer | null,
  visitorKey: string,
  modelVersion: number,
  nowMs: number,
  lookUpScores: LookUpScores,
): VisitorState["scores"] | Promise<VisitorState["scores"]> {
  if (cached === null) return lookUpScores(visitorKey, modelVersion, nowMs);
  if (isAbsence(cached, modelVersion)) return null;
  return unpackScores(cached, nowMs, modelVersion) ?? lookUpScores(visitorKey, modelVersion, nowMs);
}
