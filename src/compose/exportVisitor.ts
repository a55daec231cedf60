import type { VisitorExport } from "../audience/visitorSchemas.ts";
import { purposesOfBits } from "../consent/consentBits.ts";
import { PublicError } from "../errors.ts";
import type { ConsentLog } from "../stores/postgres/consentLog.ts";
import type { Erasures } from "../stores/postgres/erasures.ts";
import { readVisitorSample } from "../stores/postgres/forecastVisitor.ts";
import { readVisitorInRedis } from "../stores/redis/eraseVisitor.ts";
import { readSessionInRedis } from "../stores/redis/sessionProfiles.ts";
import type { Identity } from "./identity.ts";
import type { Stores } from "./stores.ts";

export interface ExportVisitorParts {
  readonly keyOf: (visitorId: string) => string;
  readonly hashOf: (visitorKey: string) => string;
  readonly erasures: Pick<Erasures, "logOf">;
  readonly consents: Pick<ConsentLog, "logOf">;
  readonly identity: Pick<Identity, "sightings" | "identifiers">;
}

/** Gives the function that collects what every store has of a visitor. It rejects with `unavailable` when one is away. */
export function createExportVisitor(
  stores: Pick<Stores, "jobsDb" | "jobsRedis" | "scores" | "clock">,
  { keyOf, hashOf, erasures, consents, identity }: ExportVisitorParts,
): (visitorId: string) => Promise<VisitorExport> {
  return async (visitorId) => {
    const key = keyOf(visitorId);
    const hash = hashOf(key);
    const nowMs = stores.clock.nowMs();
    const [redis, session, scores] = await Promise.all([
      readVisitorInRedis(stores.jobsRedis, key),
      readSessionInRedis(stores.jobsRedis, key, nowMs),
      readScores(stores, key, nowMs),
    ]).catch(() => {
      throw new PublicError("unavailable", "A store is away; try again in a moment.");
    });
    const log = await consents.logOf(hash);
    return {
      visitorId,
      exportedAt: new Date(nowMs).toISOString(),
      impressions: redis.impressions.map(({ campaignId, advertiserId, timeMs }) => ({
        campaignId,
        advertiserId,
        at: new Date(timeMs).toISOString(),
      })),
      touches: Object.entries(redis.touches).flatMap(toTouches),
      linkedExchangeIds: redis.links,
      scores,
      session: session.map(([category, pages]) => ({ category, pages })),
      forecastSample: [...(await readVisitorSample(stores.jobsDb, key))],
      consents: log.map(({ at, basis, purposes }) => ({
        at,
        basis,
        purposes: [...purposesOfBits(purposes)],
      })),
      identifiers: await identity.identifiers.countOf(key),
      identity: await identityOf(identity, key),
      erasures: (await erasures.logOf(hash)).map((one) => ({
        ...one,
        unreached: [...one.unreached],
      })),
    };
  };
}

/** Of the visitor's own sightings: other visitors of the account are not told of here. */
async function identityOf(
  { sightings }: ExportVisitorParts["identity"],
  visitorKey: string,
): Promise<VisitorExport["identity"]> {
  const around = await sightings.sightingsAround(visitorKey);
  return around
    .filter((one) => one.visitorKey === visitorKey)
    .map(({ accountKey, atMs }) => ({
      account: accountKey !== null,
      at: new Date(atMs).toISOString(),
    }));
}

async function readScores(
  { scores }: Pick<Stores, "scores">,
  visitorKey: string,
  nowMs: number,
): Promise<VisitorExport["scores"]> {
  const modelVersion = await scores.readActiveModelVersion();
  if (modelVersion === null) return null;
  const set = (await scores.getManyScores([visitorKey], modelVersion, nowMs)).get(visitorKey);
  if (set === undefined) return null;
  return {
    modelVersion,
    expiresAt: new Date(set.expiresAtSeconds * 1_000).toISOString(),
    scores: [...set.scores].map(([segmentId, score]) => ({ segmentId, score })),
  };
}

/** A field of the hash: "c12" or "v12", and a line a touch that begins with its time. */
function toTouches([field, lines]: readonly [string, string]): VisitorExport["touches"] {
  const [, kind, advertiser] = /^([cv])(\d+)$/.exec(field) ?? [];
  if (kind === undefined) return [];
  return lines.split("\n").map((line) => ({
    kind: kind === "c" ? "click" : "view",
    advertiserId: Number(advertiser),
    at: new Date(Number.parseInt(line, 10)).toISOString(),
  }));
}
