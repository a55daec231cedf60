import { samplesToBucketKeys } from "./sampleBuckets.ts";
import type { SampledPlace } from "./samples.ts";
import { distanceMeters } from "./sphere.ts";
import type { CellId, LatLon, PlaceSample, PlaceSource, VisitorPlace } from "./types.ts";

/**
 * A place from its samples: works out how far they reach and, where the caller does not know better, in which buckets
 * the index must look.
 */
export function toPlace(
  source: PlaceSource,
  cell: CellId,
  accuracyMeters: number,
  centre: LatLon,
  sampled: SampledPlace,
  label: string | null,
  bucketKeys: readonly number[] = samplesToBucketKeys(sampled),
): VisitorPlace {
  const { samples } = sampled;
  const boundingMeters = farthest(centre, samples) + 1;
  return { source, cell, accuracyMeters, centre, boundingMeters, samples, bucketKeys, label };
}

/** Metres from a centre to the farthest sample. */
export function farthest(centre: LatLon, samples: readonly PlaceSample[]): number {
  return samples.reduce((most, it) => Math.max(most, distanceMeters(centre, it)), 0);
}

/** The finest resolution whose cells are as wide as a place is uncertain, 1 to 10. */
export function resolutionFor(meters: number): number {
  const widest = [80, 250, 600, 1_500, 4_000, 10_500, 28_000, 74_000, 195_000];
  const steps = widest.findIndex((it) => meters <= it);
  return steps < 0 ? 1 : 10 - steps;
}
