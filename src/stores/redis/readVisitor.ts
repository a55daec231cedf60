import { expiryOfPacked, isAbsence, unpackScores } from "../../audience/packedScores.ts";
import { readSessionProfile } from "../../audience/sessionProfile.ts";
import { decodeImpressions, visitorCapsKey } from "../../budgets/impressionLog.ts";
import type { ReadVisitor, ReadVisitorOutcome } from "../../serving/ports.ts";
import type { VisitorState } from "../../targeting/types.ts";
import { createCircuitBreaker } from "../circuitBreaker.ts";
import { createBatch } from "./batch.ts";
import type { RedisClient } from "./connect.ts";
import { createLookUpScores, type LookUpScores, visitorScoresKey } from "./readVisitorScores.ts";
import { visitorSessionKey } from "./sessionProfiles.ts";

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

const redisAway: ReadVisitorOutcome = { ok: false };
const failuresToOpen = 5;
const openForMs = 100;

/**
 * Reads a visitor's caps, session and scores with one MGET, which those who read in the same turn of the event loop share;
 * of who does not allow profiling only the caps. Missing scores are looked up in DynamoDB under a deadline; late means
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
  const readKeys = createBatch<KeysAsk, readonly (Buffer | null)[] | null>({
    redis,
    tagOf: ({ visitorKey }) => visitorKey,
    async askAll(asks) {
      try {
        return splitValues(asks, await redis.mgetBuffer(asks.flatMap(keysOf)));
      } catch (error) {
        onTrouble("visitor not read", error);
        return asks.map(() => null);
      }
    },
  });
  return (visitorKey, wants, nowMs) => {
    const modelVersion = wants.scores ? activeModelVersion() : null;
    if (!breaker.allows()) return Promise.resolve(redisAway);
    return new Promise((resolve) => {
      readKeys({ visitorKey, wants: wantedKeys(wants.scores, modelVersion) }, (values) => {
        if (values === null) {
          breaker.failed();
          resolve(redisAway);
          return;
        }
        breaker.succeeded();
        const [caps = null, stored = null, cached = null] = values;
        const known = (scores: VisitorState["scores"]) =>
          outcomeOf({ caps, stored, cached }, scores, nowMs);
        const scores =
          modelVersion === null
            ? null
            : scoresFrom(cached, visitorKey, modelVersion, nowMs, lookUpScores);
        resolve(isLater(scores) ? scores.then(known) : known(scores));
      });
    });
  };
}

/** What was read, with scores that are known by now. */
function outcomeOf(
  { caps, stored, cached }: Readonly<Record<"caps" | "stored" | "cached", Buffer | null>>,
  scores: VisitorState["scores"],
  nowMs: number,
): ReadVisitorOutcome {
  const visitor = { scores, impressions: decodeImpressions(caps, nowMs) };
  const session = readSessionProfile(stored, nowMs);
  if (session === null) return { ok: true, visitor };
  const scoresExpireAtSeconds = cached === null ? null : expiryOfPacked(cached);
  return { ok: true, visitor, session, scoresExpireAtSeconds };
}

interface KeysAsk {
  readonly visitorKey: string;
  readonly wants: WantedKeys;
}

/** How many of a visitor's keys are asked for: caps, then the session, then scores. */
type WantedKeys = 1 | 2 | 3;

function wantedKeys(mayProfile: boolean, modelVersion: number | null): WantedKeys {
  if (!mayProfile) return 1;
  return modelVersion === null ? 2 : 3;
}

function keysOf({ visitorKey, wants }: KeysAsk): readonly string[] {
  const caps = visitorCapsKey(visitorKey);
  if (wants === 1) return [caps];
  const session = visitorSessionKey(visitorKey);
  return wants === 2 ? [caps, session] : [caps, session, visitorScoresKey(visitorKey)];
}

/** The values of each ask, in the order of its keys. */
function splitValues(
  asks: readonly KeysAsk[],
  values: readonly (Buffer | null)[],
): readonly (readonly (Buffer | null)[])[] {
  let at = 0;
  return asks.map(({ wants }) => {
    const from = at;
    at += wants;
    return values.slice(from, at);
  });
}

function isLater<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return value instanceof Promise;
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
