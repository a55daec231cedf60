import type { DeliveryState } from "../deliveryState.ts";
import { createScene, mayBeInFrance, type PageTopics, pageTopics, type Scene } from "../scene.ts";
import { anyTopic, categoryTopic, everywhere, keywordTopic } from "../segment/postCampaigns.ts";
import { findBucket, findTopic } from "../segment/postings.ts";
import type { Segment } from "../segment/segment.ts";
import { isHidden } from "../snapshot.ts";
import type { AdRequest, VisitorState } from "../types.ts";
import { addList, advance, clearMerge, type Merge, peekRank } from "./merge.ts";

/** The campaigns of one segment that were posted where the request looks, best bound first. */
export interface Stream {
  /** 0 = of the snapshot's base, 1 = of its overlay. */
  readonly number: number;
  readonly scene: Scene;
  readonly merge: Merge;
  /** Bits of the campaigns to pass over; null = none. */
  readonly hidden: Uint8Array | null;
}

/** Opens the lists of a request in a segment; null when there is none, which is found out before anything is built. */
export function openStream(
  number: number,
  segment: Segment,
  hidden: Uint8Array | null,
  merge: Merge,
  request: AdRequest,
  visitor: VisitorState,
  delivery: DeliveryState,
): Stream | null {
  if (segment.size === 0) return null;
  const topics = pageTopics(segment, request);
  if (!addLists(segment, request, topics, merge)) return null;
  const scene = createScene(segment, topics, request, visitor, delivery);
  return { number, scene, merge, hidden };
}

/** The stream of this number among those that are open. */
export function streamOfNumber(streams: readonly Stream[], number: number): Stream {
  const first = streams[0]!;
  return first.number === number ? first : streams[1]!;
}

/** The position of the next campaign, or −1. */
export function nextPosition({ merge, hidden }: Stream): number {
  let position = peekRank(merge);
  while (hidden !== null && position >= 0 && isHidden(hidden, position)) {
    advance(merge);
    position = peekRank(merge);
  }
  return position;
}

function addLists(segment: Segment, request: AdRequest, topics: PageTopics, merge: Merge): boolean {
  clearMerge(merge, segment.postings);
  const { places } = request;
  for (let index = 0; index < places.length; index++) {
    const { bucketKeys } = places[index]!;
    for (let at = 0; at < bucketKeys.length; at++) {
      addBucket(segment, bucketKeys[at]!, topics, merge);
    }
  }
  if (mayBeInFrance(request)) addBucket(segment, everywhere, topics, merge);
  return peekRank(merge) >= 0;
}

function addBucket(
  { postings }: Segment,
  bucketKey: number,
  { categoryIds, keywordIds }: PageTopics,
  merge: Merge,
): void {
  const slot = findBucket(postings, bucketKey);
  if (slot < 0) return;
  addIfPosted(merge, findTopic(postings, slot, anyTopic));
  for (let at = 0; at < categoryIds.length; at++) {
    addIfPosted(merge, findTopic(postings, slot, categoryTopic(categoryIds[at]!)));
  }
  for (let at = 0; at < keywordIds.length; at++) {
    addIfPosted(merge, findTopic(postings, slot, keywordTopic(keywordIds[at]!)));
  }
}

function addIfPosted(merge: Merge, list: number): void {
  if (list >= 0) addList(merge, list);
}
