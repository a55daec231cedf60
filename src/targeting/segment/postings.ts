import { mixHash } from "../hash.ts";
import { createGrowingUint32 } from "./growing.ts";
import type { Sliced } from "./sliced.ts";
import { naturalOrder, sortOrder } from "./sortOrder.ts";

/**
 * Posting lists by (bucket, topic): which campaigns may show at a place on a page about something. Each list holds ranks in
 * ascending order, thus best bound first; the lists of one bucket stand side by side, in the order of their topics.
 */
export interface Postings {
  /** Open addressing of the buckets over a power of two of slots, see `slotWords`. */
  readonly slots: Uint32Array;
  /** What list n was posted under. */
  readonly buckets: Uint32Array;
  readonly topics: Uint32Array;
  /** List n is ranks[listStarts[n] … listStarts[n + 1] − 1]. */
  readonly listStarts: Uint32Array;
  readonly ranks: Uint32Array;
}

/** A slot is the bucket's key, its first list and the one after its last (0 = a free slot); four words, so that no slot lies on two cache lines. */
const slotWords = { bucket: 0, firstList: 1, endList: 2, all: 4 };

/** The slot of a bucket, as an index into `slots`, or −1 when nothing was posted there. */
export function findBucket({ slots }: Postings, bucketKey: number): number {
  const at = slotFor(slots, bucketKey);
  return slots[at + slotWords.endList] === 0 ? -1 : at;
}

/** The number of the list of a topic in the bucket at `slot`, or −1 when nothing was posted there. By halving. */
export function findTopic({ slots, topics }: Postings, slot: number, topic: number): number {
  let low = slots[slot + slotWords.firstList]!;
  const end = slots[slot + slotWords.endList]!;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (topics[middle]! < topic) low = middle + 1;
    else high = middle;
  }
  return low < end && topics[low] === topic ? low : -1;
}

/** The number of the list of (bucket, topic), or −1. */
export function findList(postings: Postings, bucketKey: number, topic: number): number {
  const slot = findBucket(postings, bucketKey);
  return slot < 0 ? -1 : findTopic(postings, slot, topic);
}

export interface PostingsBuilder {
  /** Ranks come in ascending order. */
  post(bucketKey: number, topic: number, rank: number): void;
  finish(): Sliced<Postings>;
}

export function createPostingsBuilder(): PostingsBuilder {
  const table = createTable();
  const postedLists = createGrowingUint32();
  const postedRanks = createGrowingUint32();
  return {
    post(bucketKey, topic, rank) {
      postedLists.push(table.listOf(bucketKey, topic));
      postedRanks.push(rank);
    },
    *finish() {
      const buckets = table.buckets.finish();
      const topics = table.topics.finish();
      const byTopic = sortOrder(naturalOrder(buckets.length), topics);
      yield;
      const order = sortOrder(byTopic, buckets);
      yield;
      const sortedBuckets = order.map((list) => buckets[list]!);
      const slots = slotsOf(sortedBuckets);
      yield;
      const grouped = groupByList(order, postedLists.finish(), postedRanks.finish());
      yield;
      return {
        slots,
        buckets: sortedBuckets,
        topics: order.map((list) => topics[list]!),
        ...grouped,
      };
    },
  };
}

/** A stable counting sort by list, in their new order: ranks arrive in ascending order and stay so within a list. */
function groupByList(order: Uint32Array, postedLists: Uint32Array, postedRanks: Uint32Array) {
  const lengths = new Uint32Array(order.length);
  for (let at = 0; at < postedLists.length; at++) lengths[postedLists[at]!]!++;
  const listStarts = new Uint32Array(order.length + 1);
  const nextAt = new Uint32Array(order.length);
  for (let list = 0; list < order.length; list++) {
    nextAt[order[list]!] = listStarts[list]!;
    listStarts[list + 1] = listStarts[list]! + lengths[order[list]!]!;
  }
  const ranks = new Uint32Array(postedRanks.length);
  for (let at = 0; at < postedLists.length; at++) {
    ranks[nextAt[postedLists[at]!]!++] = postedRanks[at]!;
  }
  return { listStarts, ranks };
}

function slotsOf(sortedBuckets: Uint32Array): Uint32Array {
  let bucketCount = 0;
  for (let list = 0; list < sortedBuckets.length; list++) {
    if (list === 0 || sortedBuckets[list] !== sortedBuckets[list - 1]) bucketCount++;
  }
  const slots = new Uint32Array(slotWords.all * powerOfTwoFrom(2 * bucketCount));
  for (let list = 0; list < sortedBuckets.length; list++) {
    const at = slotFor(slots, sortedBuckets[list]!);
    if (slots[at + slotWords.endList] === 0) {
      slots[at + slotWords.bucket] = sortedBuckets[list]!;
      slots[at + slotWords.firstList] = list;
    }
    slots[at + slotWords.endList] = list + 1;
  }
  return slots;
}

/** The slot of a bucket, or the free one where it belongs. */
function slotFor(slots: Uint32Array, bucketKey: number): number {
  const mask = slots.length / slotWords.all - 1;
  let slot = mixHash(0, bucketKey) & mask;
  for (;;) {
    const at = slotWords.all * slot;
    if (slots[at + slotWords.endList] === 0 || slots[at + slotWords.bucket] === bucketKey)
      return at;
    slot = (slot + 1) & mask;
  }
}

function powerOfTwoFrom(least: number): number {
  let power = 2;
  while (power < least) power *= 2;
  return power;
}

/** Numbers the lists in the order in which they are first posted to. */
function createTable() {
  let slotLists = new Uint32Array(1_024);
  const buckets = createGrowingUint32();
  const topics = createGrowingUint32();

  /** The slot of (bucket, topic), or the free one where it belongs; a slot holds list number + 1, 0 = free. */
  function placeOf(bucketKey: number, topic: number): number {
    const mask = slotLists.length - 1;
    let slot = mixHash(bucketKey, topic) & mask;
    for (let list = slotLists[slot]!; list !== 0; list = slotLists[slot]!) {
      if (buckets.at(list - 1) === bucketKey && topics.at(list - 1) === topic) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  function grow(): void {
    slotLists = new Uint32Array(slotLists.length * 2);
    for (let list = 0; list < buckets.length(); list++) {
      slotLists[placeOf(buckets.at(list), topics.at(list))] = list + 1;
    }
  }

  return {
    buckets,
    topics,
    listOf(bucketKey: number, topic: number): number {
      const known = slotLists[placeOf(bucketKey, topic)]!;
      if (known !== 0) return known - 1;
      if (2 * (buckets.length() + 1) > slotLists.length) grow();
      buckets.push(bucketKey);
      topics.push(topic);
      slotLists[placeOf(bucketKey, topic)] = buckets.length();
      return buckets.length() - 1;
    },
  };
}
