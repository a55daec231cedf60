import type { Design } from "./ridgeRegression.ts";

/** Within which values of each column a model was learnt: what is beyond has not been tried. */
export interface Ranges {
  readonly least: Float32Array;
  readonly most: Float32Array;
}

const tail = 0.005;
const sampleRows = 20_000;

/** All but the 0.5 % of the rows that are furthest to each side; the first `free` columns have no range. */
export function rangesOf({ rows, width, values }: Design, free: number): Ranges {
  const least = new Float32Array(width).fill(Number.NEGATIVE_INFINITY);
  const most = new Float32Array(width).fill(Number.POSITIVE_INFINITY);
  const stride = Math.max(1, Math.floor(rows / sampleRows));
  const sample = new Float32Array(Math.ceil(rows / stride));
  for (let column = free; column < width && rows > 0; column++) {
    for (let index = 0; index < sample.length; index++)
      sample[index] = values[index * stride * width + column] ?? 0;
    sample.sort();
    least[column] = sample[Math.floor(tail * sample.length)] ?? 0;
    most[column] = sample[Math.ceil((1 - tail) * sample.length) - 1] ?? 0;
  }
  return { least, most };
}

/** Brings the values of a row, from `offset` on, within their ranges. */
export function keepWithin(
  { least, most }: Ranges,
  values: Float32Array | Float64Array,
  offset: number,
): void {
  for (let column = 0; column < least.length; column++) {
    const value = values[offset + column] ?? 0;
    values[offset + column] = Math.min(
      most[column] ?? value,
      Math.max(least[column] ?? value, value),
    );
  }
}
