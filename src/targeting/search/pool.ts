import { mixHash } from "../hash.ts";
import { advertiserIdAt, campaignIdAt, tradeIdAt } from "../segment/heads.ts";
import type { Stream } from "./stream.ts";

/**
 * The eligible campaigns found so far, best first: by tier and value, then by a hash of decision and campaign (so that
 * equals take turns), then by id. Columns, reused from request to request; entries keep their number as others come in.
 */
export interface Pool {
  size: number;
  /** Entry numbers, best first. */
  order: Uint32Array<ArrayBuffer>;
  rankKeys: Float64Array<ArrayBuffer>;
  ties: Uint32Array<ArrayBuffer>;
  positions: Uint32Array<ArrayBuffer>;
  campaignIds: Uint32Array<ArrayBuffer>;
  advertiserIds: Uint32Array<ArrayBuffer>;
  /** Bit p = eligible for placement p. */
  placements: Uint32Array<ArrayBuffer>;
  /** The request's place that matched, or a negative answer of `matchPlace`. */
  placeIndexes: Int32Array<ArrayBuffer>;
  /** See `Segment.tradeGroups`. */
  tradeGroups: Int32Array<ArrayBuffer>;
  /** See `Stream.number`. */
  streamNumbers: Uint8Array<ArrayBuffer>;
}

export function createPool(capacity: number): Pool {
  return {
    size: 0,
    order: new Uint32Array(capacity),
    rankKeys: new Float64Array(capacity),
    ties: new Uint32Array(capacity),
    positions: new Uint32Array(capacity),
    campaignIds: new Uint32Array(capacity),
    advertiserIds: new Uint32Array(capacity),
    placements: new Uint32Array(capacity),
    placeIndexes: new Int32Array(capacity),
    tradeGroups: new Int32Array(capacity),
    streamNumbers: new Uint8Array(capacity),
  };
}

export function clearPool(pool: Pool): void {
  pool.size = 0;
}

/** Adds an eligible campaign at its place in the order. */
export function addToPool(
  pool: Pool,
  { scene, number }: Stream,
  position: number,
  found: { readonly key: number; readonly placements: number; readonly placeIndex: number },
): void {
  if (pool.size === pool.order.length) enlarge(pool);
  const { heads, tradeGroups } = scene.segment;
  const entry = pool.size++;
  pool.rankKeys[entry] = found.key;
  pool.ties[entry] = mixHash(scene.seed, campaignIdAt(heads, position));
  pool.positions[entry] = position;
  pool.campaignIds[entry] = campaignIdAt(heads, position);
  pool.advertiserIds[entry] = advertiserIdAt(heads, position);
  pool.placements[entry] = found.placements;
  pool.placeIndexes[entry] = found.placeIndex;
  pool.tradeGroups[entry] = tradeGroups[tradeIdAt(heads, position)]!;
  pool.streamNumbers[entry] = number;
  const at = placeInOrder(pool, entry);
  for (let behind = entry; behind > at; behind--) pool.order[behind] = pool.order[behind - 1]!;
  pool.order[at] = entry;
}

function placeInOrder(pool: Pool, entry: number): number {
  let low = 0;
  let high = entry;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranksBefore(pool, pool.order[middle]!, entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ranksBefore({ rankKeys, ties, campaignIds }: Pool, a: number, b: number): boolean {
  if (rankKeys[a] !== rankKeys[b]) return rankKeys[a]! > rankKeys[b]!;
  if (ties[a] !== ties[b]) return ties[a]! < ties[b]!;
  return campaignIds[a]! < campaignIds[b]!;
}

function enlarge(pool: Pool): void {
  const larger = createPool(pool.order.length * 2);
  larger.order.set(pool.order);
  larger.rankKeys.set(pool.rankKeys);
  larger.ties.set(pool.ties);
  larger.positions.set(pool.positions);
  larger.campaignIds.set(pool.campaignIds);
  larger.advertiserIds.set(pool.advertiserIds);
  larger.placements.set(pool.placements);
  larger.placeIndexes.set(pool.placeIndexes);
  larger.tradeGroups.set(pool.tradeGroups);
  larger.streamNumbers.set(pool.streamNumbers);
  Object.assign(pool, larger, { size: pool.size });
}
