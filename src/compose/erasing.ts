import { randomUUID } from "node:crypto";
import { actorOf } from "../campaigns/access.ts";
import { type EraseVisitorsDeps, eraseDueVisitors, eraseVisitor } from "../jobs/eraseVisitors.ts";
import type { LoggedErasure } from "../jobs/visitorPorts.ts";
import type { VisitorsRouterDeps } from "../routes/visitors.ts";
import type { ConsentLog } from "../stores/postgres/consentLog.ts";
import { auditErasure, type Erasures } from "../stores/postgres/erasures.ts";
import { createForecastSamples } from "../stores/postgres/forecastSamples.ts";
import { createSegmentSeeds } from "../stores/postgres/segmentSeeds.ts";
import { eraseVisitorFromRedis } from "../stores/redis/eraseVisitor.ts";
import type { Identity } from "./identity.ts";
import type { Stores } from "./stores.ts";

export interface ErasingParts {
  readonly keyOf: (visitorId: string) => string;
  readonly hashOf: (visitorKey: string) => string;
  readonly erasures: Erasures;
  readonly consents: ConsentLog;
  readonly identity: Identity;
}

export interface Erasing {
  readonly erase: (
    visitorKey: string,
    cause: LoggedErasure["cause"],
    nowMs: number,
  ) => Promise<LoggedErasure>;
  readonly eraseFor: VisitorsRouterDeps["erase"];
  /** Works off the erasures that are due at a time; answers how many. */
  readonly eraseDueOnce: (nowMs: number) => Promise<number>;
}

/** Forgets visitors in every store. */
export function composeErasing(stores: Stores, parts: ErasingParts): Erasing {
  const { keyOf, hashOf } = parts;
  const requestFor = requestsOf(hashOf);
  const deps = { ...eraseDepsOf(stores, parts), requestFor };
  // A choice is one device's; who asks to be forgotten is forgotten on all that are known to be theirs.
  const erase: Erasing["erase"] = (visitorKey, cause, nowMs) =>
    eraseVisitor(deps, requestFor(visitorKey, cause, cause !== "withdrawal"), nowMs);
  return {
    erase,
    eraseFor: createErase(stores, (id, cause, nowMs) => erase(keyOf(id), cause, nowMs)),
    eraseDueOnce: (nowMs) => eraseDueVisitors(deps, nowMs),
  };
}

function requestsOf(hashOf: (visitorKey: string) => string) {
  return (visitorKey: string, cause: LoggedErasure["cause"], followsLinks = false) => {
    const visitorHash = hashOf(visitorKey);
    return { proofId: randomUUID(), visitorKey, visitorHash, cause, followsLinks };
  };
}

/** What the route calls: who is erased by an operator stands in the audit log too. */
function createErase(
  { clock, jobsDb }: Pick<Stores, "clock" | "jobsDb">,
  erase: (
    visitorId: string,
    cause: LoggedErasure["cause"],
    nowMs: number,
  ) => Promise<LoggedErasure>,
): VisitorsRouterDeps["erase"] {
  return async (visitorId, caller) => {
    const nowMs = clock.nowMs();
    const done = await erase(visitorId, caller === null ? "visitor" : "operator", nowMs);
    if (caller !== null) await auditErasure(jobsDb, done, actorOf(caller));
    return proofOf(done, nowMs);
  };
}

function eraseDepsOf(
  stores: Stores,
  { erasures, consents, identity: { sightings, identifiers, recorder } }: ErasingParts,
): Omit<EraseVisitorsDeps, "requestFor"> {
  const samples = createForecastSamples(stores.jobsDb);
  const seeds = createSegmentSeeds(stores.jobsDb);
  return {
    redis: (visitorKey) => eraseVisitorFromRedis(stores.jobsRedis, visitorKey),
    dynamodb: stores.scores.deleteScores,
    async postgres(visitorKey, visitorHash) {
      const forecastSample = await samples.eraseVisitor(visitorKey);
      const consentState = await consents.forgetState(visitorHash);
      const known = await identifiers.erase(visitorKey);
      await seeds.eraseVisitorFromSeeds(visitorKey);
      recorder.forget(visitorKey);
      return {
        forecastSample,
        consentState,
        ...known,
        sightings: await sightings.erase(visitorKey),
      };
    },
    linkedKeys: sightings.linkedKeys,
    request: erasures.request,
    takeDue: erasures.takeDue,
    finishPass: erasures.finishPass,
  };
}

const lakeReason =
  "Its next pass, a minute later at most where it runs, takes out all rows; what they were in is gone an hour after.";

/** Months as Postgres counts them are at least as long as 30 days. */
const suppressedMs = 13 * 30 * 86_400_000;

function proofOf(done: LoggedErasure, nowMs: number): object {
  return {
    ...done,
    // Going away: what `lake` says better.
    events: { records: 0, reason: lakeReason },
    lake: { isWaiting: true, reason: lakeReason },
    suppressedUntil: new Date(nowMs + suppressedMs).toISOString(),
    isComplete: done.unreached.length === 0,
  };
}
