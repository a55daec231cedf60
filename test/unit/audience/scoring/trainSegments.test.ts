import { expect, test } from "vitest";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";
import type { Example } from "../../../../src/audience/scoring/examples.ts";
import { refusalsOf } from "../../../../src/audience/scoring/gate.ts";
import { createLinearScores } from "../../../../src/audience/scoring/linearScores.ts";
import type {
  ReadExamples,
  SegmentModel,
} from "../../../../src/audience/scoring/segmentLearner.ts";
import { trainSegments } from "../../../../src/audience/scoring/trainSegments.ts";

/** Visitors whose outcome hangs on features 1 to 4, or on nothing. */
function examplesOf(rows: number, seed: number, isPredictable: boolean): readonly Example[] {
  const random = createSeededRandom(seed);
  return Array.from({ length: rows }, () => {
    const values = Float32Array.from([1, random() * 2, random() * 2, random()]);
    const logit = isPredictable ? -3 + 2 * values[1]! - 1.5 * values[2]! : -2;
    const isPositive = random() < 1 / (1 + Math.exp(-logit));
    return {
      lot: Math.floor(random() * 2 ** 32),
      isActive: false,
      earlierWeeks: random() < 0.5 ? 1 : 0,
      departement: 1 + Math.floor(random() * 95),
      labels: Uint32Array.from(isPositive ? [5] : []),
      past: new Uint32Array(0),
      buckets: Uint32Array.from([1, 2, 3, 4]),
      values,
    };
  });
}

const readerOf =
  (examples: readonly Example[]): ReadExamples =>
  (visit) => {
    for (const example of examples) visit(example);
  };

function train(isPredictable: boolean, mostRows = 300_000) {
  const dates = [1, 2, 3].map((seed) => examplesOf(6_000, seed, isPredictable));
  const [model] = trainSegments({
    segments: [{ segmentId: 40, index: 5 }],
    dates: dates.map((examples) => ({ read: readerOf(examples), rows: examples.length })),
    tested: 1,
    mostRows,
  });
  return model!;
}

test("a segment that features tell of is learnt, calibrated, and better than its baselines on a week it has not seen", () => {
  const model = train(true);
  const { all, warm, cold, baselines, deciles } = model.evaluation;
  expect(all.auc).toBeGreaterThan(0.75);
  expect(all.auc! - baselines.popularity.auc!).toBeGreaterThan(0.15);
  expect(all.logLoss).toBeLessThan(baselines.empiricalBayes.logLoss!);
  expect(all.calibration).toBeGreaterThan(0.85);
  expect(all.calibration).toBeLessThan(1.15);
  expect(warm.rows + cold.rows).toBe(all.rows);
  expect(deciles.at(-1)!.lift).toBeGreaterThan(2);
  expect(model.trainRows).toBe(12_000);
  const reasons = refusalsOf({
    evaluation: model.evaluation,
    trainPositives: model.trainPositives,
  });
  expect(reasons.filter((reason) => !reason.startsWith("its calibration"))).toEqual([]);
});

test("the same examples give the same model, and its coefficients score as it does", () => {
  const [one, other] = [train(true), train(true)];
  expect(one).toEqual(other);
  const score = createLinearScores([
    { segmentId: 40, ...one.calibration, coefficients: one.coefficients },
  ]);
  const high = score([1, 2, 3, 4], [1, 2, 0, 0.5])[0]!;
  const low = score([1, 2, 3, 4], [1, 0, 2, 0.5])[0]!;
  expect(high).toBeGreaterThan(3 * low);
});

test("when those without the outcome are sampled, predictions stay at the level of what comes", () => {
  const { all } = train(true, 3_000).evaluation;
  expect(all.calibration).toBeGreaterThan(0.8);
  expect(all.calibration).toBeLessThan(1.25);
  expect(all.auc).toBeGreaterThan(0.75);
});

test("nothing of a date is known to what predicts it: turned outcomes of the last one change no prediction before it is learnt", () => {
  const predictionsOf = (isTurned: boolean): SegmentModel => {
    const dates = [1, 2, 3].map((seed) => examplesOf(6_000, seed, true));
    const turned = dates[2]!.map((one) => ({
      ...one,
      labels: Uint32Array.from(one.labels.length === 0 ? [5] : []),
    }));
    const given = isTurned ? [...dates.slice(0, 2), turned] : dates;
    const [model] = trainSegments({
      segments: [{ segmentId: 40, index: 5 }],
      dates: given.map((examples) => ({ read: readerOf(examples), rows: examples.length })),
      tested: 1,
    });
    return model!;
  };
  const [known, turned] = [predictionsOf(false), predictionsOf(true)];
  const predicted = ({ evaluation }: SegmentModel): readonly number[] =>
    evaluation.deciles.map((decile) => decile.predicted);
  expect(predicted(turned)).toEqual(predicted(known));
  expect(turned.evaluation.all.positives).toBe(6_000 - known.evaluation.all.positives);
  expect(turned.calibration).not.toEqual(known.calibration);
});

test("the level follows what comes: a rate that doubled is in what is predicted two dates later, but for the weight of the date before", () => {
  const random = createSeededRandom(9);
  const rate = (share: number): readonly Example[] =>
    examplesOf(20_000, 4, false).map((one) => ({
      ...one,
      labels: Uint32Array.from(random() < share ? [5] : []),
    }));
  const dates = [0.05, 0.05, 0.1, 0.1, 0.1].map(rate);
  const [model] = trainSegments({
    segments: [{ segmentId: 40, index: 5 }],
    dates: dates.map((examples) => ({ read: readerOf(examples), rows: examples.length })),
    tested: 1,
  });
  expect(model!.evaluation.all.calibration).toBeGreaterThan(0.85);
  expect(model!.evaluation.all.calibration).toBeLessThan(1.05);
});

test("features that grow with what is known of visitors do not move the level, in the test and in scores", () => {
  const grown = (seed: number, by: number): readonly Example[] =>
    examplesOf(6_000, seed, true).map((one) => {
      return { ...one, values: one.values.map((value, at) => (at === 1 ? value + by : value)) };
    });
  const dates = [0, 0.2, 0.5].map((by, seed) => grown(seed + 1, by));
  const scored = grown(9, 0.9);
  const [model] = trainSegments({
    segments: [{ segmentId: 40, index: 5 }],
    dates: dates.map((examples) => ({ read: readerOf(examples), rows: examples.length })),
    scored: readerOf(scored),
    tested: 1,
  });
  expect(Math.abs(model!.evaluation.all.calibration! - 1)).toBeLessThan(0.1);
  const { calibration, coefficients } = model!;
  const score = createLinearScores([{ segmentId: 40, ...calibration, coefficients }]);
  const predicted = scored.reduce(
    (sum, { buckets, values }) => sum + score([...buckets], [...values])[0]!,
    0,
  );
  const came = scored.reduce((sum, { labels }) => sum + labels.length, 0);
  expect(Math.abs(predicted / came - 1)).toBeLessThan(0.1);
});

test("a segment of chance is refused: it beats nothing", () => {
  const { evaluation, trainPositives } = train(false);
  const reasons = refusalsOf({ evaluation, trainPositives });
  expect(evaluation.all.auc).toBeLessThan(0.55);
  expect(reasons.some((reason) => reason.includes("log loss"))).toBe(true);
});

test("fewer than 50 people are no audience, and a calibration off by more than a twentieth is refused", () => {
  const { evaluation } = train(true);
  expect(refusalsOf({ evaluation, trainPositives: 49 })).toEqual([
    expect.stringContaining("fewer than 50 people"),
  ]);
  const off = { ...evaluation, all: { ...evaluation.all, calibration: 1.06 } };
  expect(refusalsOf({ evaluation: off, trainPositives: 900 })).toContain(
    "its calibration is 1.0600, not within 0.95 to 1.05",
  );
});
