import { type Bucket, bucketOf, bucketText } from "./featureHash.ts";
import { createFtrl, type Ftrl, type FtrlOptions } from "./ftrl.ts";
import { hourOfWeek, hoursOfWeek, type SignalModel } from "./trialSignals.ts";
import type { TrialBatch, TrialNames } from "./trials.ts";

/** A trial by the buckets of its features; the same array each time. */
export type BucketsOf = (batch: TrialBatch, at: number) => Int32Array;

const features = 14;
const mostCrosses = 2_000_000;

/**
 * The features that the hashed model sees: the columns, the hour of the week and the day's hour, and crosses of these. A
 * cross is named by the texts of its buckets, `00a1f&9c3e0`, which SQL can join as well. `rows` is how many trials are expected.
 */
export function createBucketsOf(names: TrialNames, rows: number): BucketsOf {
  const bias = bucketOf("bias");
  const weekHours = Int32Array.from({ length: hoursOfWeek }, (_, hour) =>
    bucketOf(`weekHour=${hour}`),
  );
  const dayHours = Int32Array.from({ length: 24 }, (_, hour) => bucketOf(`dayHour=${hour}`));
  const cross = createCross(Math.min(mostCrosses, 4 * rows));
  const buckets = new Int32Array(features);
  return (batch, at) => {
    const visitor = names.visitor[batch.visitor[at] ?? 0] ?? 0;
    const item = names.item[batch.item[at] ?? 0] ?? 0;
    const category = names.category[batch.category[at] ?? 0] ?? 0;
    const kind = names.kind[batch.kind[at] ?? 0] ?? 0;
    const place = names.place[batch.place[at] ?? 0] ?? 0;
    const hour = hourOfWeek(batch.timestampMs[at] ?? 0);
    const dayHour = dayHours[hour % 24] ?? 0;
    buckets[0] = bias;
    buckets[1] = visitor;
    buckets[2] = item;
    buckets[3] = category;
    buckets[4] = kind;
    buckets[5] = place;
    buckets[6] = weekHours[hour] ?? 0;
    buckets[7] = dayHour;
    buckets[8] = cross(visitor, category);
    buckets[9] = cross(visitor, kind);
    buckets[10] = cross(category, kind);
    buckets[11] = cross(category, place);
    buckets[12] = cross(category, dayHour);
    buckets[13] = cross(item, place);
    return buckets;
  };
}

/** The bucket of two, remembered for the many trials that share it: a table of a fixed size, in which a newcomer takes the place. */
function createCross(crosses: number): (first: Bucket, second: Bucket) => Bucket {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1_024, crosses)));
  const keys = new Float64Array(size).fill(-1);
  const known = new Int32Array(size);
  return (first, second) => {
    const key = first * 1_048_576 + second;
    const place = (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) & (size - 1);
    if (keys[place] !== key) {
      keys[place] = key;
      known[place] = bucketOf(`${bucketText(first)}&${bucketText(second)}`);
    }
    return known[place] ?? 0;
  };
}

/** The logit of FTRL over hashed features, learnt in one pass. */
export function createHashedSignals(bucketsOf: BucketsOf, options: FtrlOptions): SignalModel {
  const model: Ftrl = createFtrl(options);
  return {
    names: ["logit of hashed features"],
    passes: 1,
    learn(batch, at) {
      model.learn(bucketsOf(batch, at), null, batch.outcome[at] ?? 0);
    },
    endPass: () => undefined,
    write(batch, at, signals, offset) {
      signals[offset] = model.logit(bucketsOf(batch, at), null);
    },
  };
}
