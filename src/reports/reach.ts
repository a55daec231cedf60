import { bucketAndNeighbours } from "../geo/neighbourBuckets.ts";
import { mayBeInFrance } from "../targeting/scene.ts";
import { isHidden } from "../targeting/segment/hidden.ts";
import { everywhere } from "../targeting/segment/postCampaigns.ts";
import type { Segment } from "../targeting/segment/segment.ts";
import type { Sliced } from "../targeting/segment/sliced.ts";
import { layersOf, type Snapshot } from "../targeting/snapshot.ts";
import type { AdRequest } from "../targeting/types.ts";

/** The posting lists of each bucket of a segment, whatever page they are about. */
type ListsByBucket = ReadonlyMap<number, readonly number[]>;

/** A memo, not a state: the same segment always has the same lists. */
const knownLists = new WeakMap<Segment, ListsByBucket>();

const listsPerSlice = 1_000;
const ranksPerSlice = 16;

/**
 * Visits every campaign that may serve whose zone could hold a place of the request, or could within
 * `neighbourMeters`: each once, by segment and position. House ads are left out. The first visit of a segment takes
 * some milliseconds for 100,000 campaigns; yields often.
 */
export function* visitWithinReach(
  snapshot: Snapshot,
  request: AdRequest,
  visit: (segment: Segment, position: number) => void,
): Sliced {
  const keys = keysWithinReach(request);
  for (const { segment, hidden } of layersOf(snapshot)) {
    if (segment.size === 0) continue;
    const lists = yield* listsOf(segment);
    const { postings, houseStart } = segment;
    const seen = new Set<number>();
    for (const key of keys) {
      for (const list of lists.get(key) ?? []) {
        const end = postings.listStarts[list + 1]!;
        for (let at = postings.listStarts[list]!; at < end; at++) {
          const position = postings.ranks[at]!;
          if (position >= houseStart) break;
          if (seen.has(position) || (hidden !== null && isHidden(hidden, position))) continue;
          seen.add(position);
          visit(segment, position);
          if (seen.size % ranksPerSlice === 0) yield;
        }
      }
    }
    yield;
  }
}

function keysWithinReach(request: AdRequest): ReadonlySet<number> {
  const near = request.places.flatMap((place) => place.bucketKeys.flatMap(bucketAndNeighbours));
  return new Set(mayBeInFrance(request) ? [...near, everywhere] : near);
}

function* listsOf(segment: Segment): Sliced<ListsByBucket> {
  const known = knownLists.get(segment);
  if (known !== undefined) return known;
  const lists = new Map<number, number[]>();
  const { buckets, listStarts } = segment.postings;
  for (let list = 0; list + 1 < listStarts.length; list++) {
    const there = lists.get(buckets[list]!);
    if (there === undefined) lists.set(buckets[list]!, [list]);
    else there.push(list);
    if (list % listsPerSlice === listsPerSlice - 1) yield;
  }
  knownLists.set(segment, lists);
  return lists;
}
