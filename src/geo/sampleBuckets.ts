import { latLngToCell } from "h3-js";
import { bucketKey, bucketLevels } from "./cells.ts";
import type { SampledPlace } from "./samples.ts";
import type { CellId, LatLon } from "./types.ts";

/**
 * For each level the buckets that together hold more than half of the weight, a sample counting where both its point and
 * its anchor are held: a zone that covers half of the place has one of them, whether it covers by shape or by name.
 */
export function samplesToBucketKeys(place: SampledPlace): readonly number[] {
  const weights = place.samples.map((it) => it.weight);
  const cells = place.samples.map(cellOf);
  const cellByAnchor = new Map([...new Set(place.anchors)].map((it) => [it, cellOf(it)]));
  const anchorCells = place.anchors.map((it) => cellByAnchor.get(it)!);
  return bucketLevels.flatMap((level) =>
    heaviestKeys(
      weights,
      cells.map((it) => bucketKey(it, level)),
      anchorCells.map((it) => bucketKey(it, level)),
    ),
  );
}

const cellOf = ({ lat, lon }: LatLon): CellId => latLngToCell(lat, lon, 10);

function heaviestKeys(
  weights: readonly number[],
  pointKeys: readonly number[],
  anchorKeys: readonly number[],
): readonly number[] {
  const byKey = new Map<number, number>();
  for (const [i, weight] of weights.entries())
    for (const key of new Set([pointKeys[i]!, anchorKeys[i]!]))
      byKey.set(key, (byKey.get(key) ?? 0) + weight);
  const kept = new Set<number>();
  for (const [key] of [...byKey].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
    kept.add(key);
    let held = 0;
    for (const [i, weight] of weights.entries())
      if (kept.has(pointKeys[i]!) && kept.has(anchorKeys[i]!)) held += weight;
    // Sums of floats: what is left must be under a half beyond doubt.
    if (held > 0.5 + 1e-9) break;
  }
  return [...kept];
}
