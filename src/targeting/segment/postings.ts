import { mixHash } from "../hash.ts";

/**
 * Posting lists by (bucket, topic): which campaigns may show at a place on a page about something.
 * Each list holds ranks in ascending order, thus best bound first.
 */
export interface Postings {
  /** Open addressing over a power of two of slots: list number + 1, 0 = free. */
  readonly slotLists: Uint32Array;
  readonly slotBuckets: Uint32Array;
  readonly slotTopics: Uint32Array;
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
  const { slotLists, slotBuckets, slotTopics } = postings;
  const mask = slotLists.length - 1;
  let slot = mixHash(bucketKey, topic) & mask;
  while (slotLists[slot] !== 0) {
    if (slotBuckets[slot] === bucketKey && slotTopics[slot] === topic) return slotLists[slot]! - 1;
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
  let slotBuckets = new Uint32Array(1_024);
  let slotTopics = new Uint32Array(1_024);
  let lists = 0;

  function slotFor(bucketKey: number, topic: number): number {
    const mask = slotLists.length - 1;
    let slot = mixHash(bucketKey, topic) & mask;
    while (
      slotLists[slot] !== 0 &&
      (slotBuckets[slot] !== bucketKey || slotTopics[slot] !== topic)
    ) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  function put(bucketKey: number, topic: number, listPlusOne: number): void {
    const slot = slotFor(bucketKey, topic);
    slotLists[slot] = listPlusOne;
    slotBuckets[slot] = bucketKey;
    slotTopics[slot] = topic;
  }

  function grow(): void {
    const [oldLists, oldBuckets, oldTopics] = [slotLists, slotBuckets, slotTopics];
    slotLists = new Uint32Array(oldLists.length * 2);
    slotBuckets = new Uint32Array(oldLists.length * 2);
    slotTopics = new Uint32Array(oldLists.length * 2);
    oldLists.forEach((list, slot) => {
      if (list !== 0) put(oldBuckets[slot]!, oldTopics[slot]!, list);
    });
  }

  return {
    listOf(bucketKey: number, topic: number): number {
      const known = slotLists[slotFor(bucketKey, topic)]!;
      if (known !== 0) return known - 1;
      if (2 * (lists + 1) > slotLists.length) grow();
      lists++;
      put(bucketKey, topic, lists);
      return lists - 1;
    },
    listCount: () => lists,
    finish: () => ({ slotLists, slotBuckets, slotTopics }),
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
    finish: () => values.subarray(0, length),
  };
}
