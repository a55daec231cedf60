import { bucketKey, bucketLevels } from "../../geo/cells.ts";
import type { BucketLevel, CompiledZone } from "../../geo/types.ts";
import type { ServableCampaign } from "../../targeting/types.ts";

/** Which campaigns run where, by the cells that index their zones: numbers only, nobody's name or bid. */
export interface CompetitionIndex {
  readonly campaigns: number;
  /** Campaigns by bucket key. */
  readonly byBucket: ReadonlyMap<number, readonly number[]>;
}

export type CompetingCampaign = Pick<
  ServableCampaign,
  "status" | "priority" | "startsAtMs" | "endsAtMs" | "creatives"
> & { readonly zone: Pick<CompiledZone, "bucketLevel" | "bucketCells"> };

/** Campaigns that pay and run at `nowMs`. */
export function indexCompetition(
  campaigns: readonly CompetingCampaign[],
  nowMs: number,
): CompetitionIndex {
  const byBucket = new Map<number, number[]>();
  let number = 0;
  for (const campaign of campaigns) {
    if (!isRunning(campaign, nowMs)) continue;
    for (const cell of campaign.zone.bucketCells) {
      const key = bucketKey(cell, campaign.zone.bucketLevel);
      const there = byBucket.get(key);
      if (there === undefined) byBucket.set(key, [number]);
      else there.push(number);
    }
    number++;
  }
  return { campaigns: number, byBucket };
}

function isRunning(campaign: CompetingCampaign, nowMs: number): boolean {
  const { status, priority, startsAtMs, endsAtMs, creatives } = campaign;
  return (
    status === "active" &&
    priority !== "house" &&
    startsAtMs <= nowMs &&
    (endsAtMs === null || endsAtMs > nowMs) &&
    creatives.length > 0
  );
}

/** How many campaigns have cells in common with a zone: a few more than whose zones really meet it. */
export function countCompetitors(
  index: CompetitionIndex,
  zone: Pick<CompiledZone, "bucketLevel" | "bucketCells">,
): number {
  const found = new Set<number>();
  const coarser = bucketLevels.filter((level) => level <= zone.bucketLevel);
  const keys = new Set(
    zone.bucketCells.flatMap((cell) => coarser.map((level: BucketLevel) => bucketKey(cell, level))),
  );
  for (const key of keys) for (const campaign of index.byBucket.get(key) ?? []) found.add(campaign);
  if (zone.bucketLevel < 5) addFiner(index, keys, zone.bucketLevel, found);
  return found.size;
}

/** Campaigns indexed finer than the zone: those whose cells lie in its cells. */
function addFiner(
  { byBucket }: CompetitionIndex,
  keys: ReadonlySet<number>,
  level: BucketLevel,
  found: Set<number>,
): void {
  for (const [key, campaigns] of byBucket) {
    const parent = parentKey(key, level);
    if (parent === null || !keys.has(parent)) continue;
    for (const campaign of campaigns) found.add(campaign);
  }
}

/** The bucket at `level` that holds a finer bucket: its key without its last digits (see `bucketKeyOfParts`). */
function parentKey(key: number, level: BucketLevel): number | null {
  const own = key >>> 22 === 3 ? 5 : key >>> 22 === 2 ? 3 : 1;
  if (own <= level) return null;
  const tag = level === 3 ? 2 : 1;
  return (tag << 22) | ((key & 0x3fffff) >>> (3 * (own - level)));
}
