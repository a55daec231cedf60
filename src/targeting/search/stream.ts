import type { DeliveryState } from "../deliveryState.ts";
import { createScene, mayBeInFrance, type PageTopics, pageTopics, type Scene } from "../scene.ts";
import { isHidden } from "../segment/hidden.ts";
import { anyTopic, categoryTopic, everywhere, keywordTopic } from "../segment/postCampaigns.ts";
import { findBucket, findTopic } from "../segment/postings.ts";
import type { Segment } from "../segment/segment.ts";
import type { AdRequest, VisitorState } from "../types.ts";
import { addList, advance, clearMerge, createMerge, type Merge, peekRank } from "./merge.ts";

/** The campaigns of one segment that were posted where the request looks, best bound first. */
export interface Stream {
  /** 0 = of the snapshot's base, 1 = of its overlay, 2 = of the earlier changes that the overlay lies upon. */
  readonly number: number;
  readonly scene: Scene;
  readonly merge: Merge;
  /** Bits of the campaigns to pass over; null = none. */
  readonly hidden: Uint8Array | null;
  /** That of what the segment lies upon; null = nothing there is to be searched. */
  readonly older: Stream | null;
}

/** Scratch memory, as in `decide`: no segment that lies upon another is lain upon. */
const olderMerge = createMerge();

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
  const { older } = segment;
  const below =
    older === null
      ? null
      : openStream(
          number + 1,
          older.segment,
          older.hiddenCount === 0 ? null : older.hidden,
          olderMerge,
          request,
          visitor,
          delivery,
        );
  if (segment.size === 0) return below;
  const topics = pageTopics(segment, request);
  if (!addLists(segment, request, topics, merge)) return below;
  const scene = createScene(segment, topics, request, visitor, delivery);
  return { number, scene, merge, hidden, older: below };
}

/** The stream of this number among those that are open. */
export function streamOfNumber(streams: readonly Stream[], number: number): Stream {
  for (let index = 0; ; index++) {
    for (let stream: Stream | null = streams[index]!; stream !== null; stream = stream.older) {
      if (stream.number === number) return stream;
    }
  }
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
