import { gridDisk } from "h3-js";
import { bucketKey, bucketKeyToCell, cellHigh, resolutionOfHigh } from "./cells.ts";
import type { BucketLevel } from "./types.ts";

/**
 * A bucket and those around it, as bucket keys. Whatever is within `neighbourMeters` of a point of the bucket lies in
 * one of them.
 */
export function bucketAndNeighbours(key: number): readonly number[] {
  const cell = bucketKeyToCell(key);
  const level = resolutionOfHigh(cellHigh(cell)) as BucketLevel;
  return gridDisk(cell, 1).map((neighbour) => bucketKey(neighbour, level));
}

/** The least edge of a bucket of the finest level in France is a little longer than this. */
export const neighbourMeters = 8_000;
