import { mixHash } from "../hash.ts";

/**
 * Posting lists by (bucket, topic): which campaigns may show at a place on a page about something.
 * Each list holds ranks in ascending order, thus best bound first.
 */
export interface Postings {
  /** Open addressing over a power of two of slots: list number + 1, 0 = free. */
  readonly slotLists: Uint32Array;
  /** What list n was posted under. */
  readonly buckets: Uint32Array;
  readonly topics: Uint32Array;
  /** List n is ranks[listStarts[n] … listStarts[n + 1] − 1]. */
  readonly listStarts: Uint32Array;
  readonly ranks: Uint32Array;
}

export type Post = (bucketKey: number, topic: number) => void;

/** Builds the lists of `count` campaigns; `postAll(rank, post)` posts a campaign wherever it may be looked up. */
export function buildPostings(
  count: number,
  postAll: (rank: number, post: Post) => void,
): Postings {
  const table = createTable();
  const postedLists = createUint32List();
  const postedRanks = createUint32List();
  let rank = 0;
  const post: Post = (bucketKey, topic) => {
    postedLists.push(table.listOf(bucketKey, topic));
    postedRanks.push(rank);
  };
  for (rank = 0; rank < count; rank++) postAll(rank, post);
  const { listStarts, ranks } = groupByList(
    postedLists.finish(),
    postedRanks.finish(),
    table.listCount(),
  );
  return { ...table.finish(), listStarts, ranks };
}

/** The number of the list of (bucket, topic), or −1 when nothing was posted there. */
export function findList(postings: Postings, bucketKey: number, topic: number): number {
  const { slotLists, buckets, topics } = postings;
  const mask = slotLists.length - 1;
  let slot = mixHash(bucketKey, topic) & mask;
  for (let list = slotLists[slot]!; list !== 0; list = slotLists[slot]!) {
    if (buckets[list - 1] === bucketKey && topics[list - 1] === topic) return list - 1;
    slot = (slot + 1) & mask;
  }
  return -1;
}

/** A stable counting sort by list: ranks arrive in ascending order and stay so within a list. */
function groupByList(lists: Uint32Array, ranks: Uint32Array, listCount: number) {
  const listStarts = new Uint32Array(listCount + 1);
  for (const list of lists) listStarts[list + 1]!++;
  for (let list = 0; list < listCount; list++) listStarts[list + 1]! += listStarts[list]!;
  const nextAt = listStarts.slice();
  const grouped = new Uint32Array(ranks.length);
  for (let at = 0; at < lists.length; at++) grouped[nextAt[lists[at]!]!++] = ranks[at]!;
  return { listStarts, ranks: grouped };
}

function createTable() {
  let slotLists = new Uint32Array(1_024);
  const buckets = createUint32List();
  const topics = createUint32List();

  /** The slot of (bucket, topic), or the free one where it belongs. */
  function slotFor(bucketKey: number, topic: number): number {
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
      slotLists[slotFor(buckets.at(list), topics.at(list))] = list + 1;
    }
  }

  return {
    listOf(bucketKey: number, topic: number): number {
      const known = slotLists[slotFor(bucketKey, topic)]!;
      if (known !== 0) return known - 1;
      if (2 * (buckets.length() + 1) > slotLists.length) grow();
      buckets.push(bucketKey);
      topics.push(topic);
      slotLists[slotFor(bucketKey, topic)] = buckets.length();
      return buckets.length() - 1;
    },
    listCount: () => buckets.length(),
    finish: () => ({ slotLists, buckets: buckets.finish(), topics: topics.finish() }),
  };
}

function createUint32List() {
  let values = new Uint32Array(1_024);
  let length = 0;
  return {
    push(value: number): void {
      if (length === values.length) {
        const larger = new Uint32Array(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    at: (index: number) => values[index]!,
    length: () => length,
    /** A block of its own, without slack: it outlives the building, and may be handed over to another thread. */
    finish: () => values.slice(0, length),
  };
}
