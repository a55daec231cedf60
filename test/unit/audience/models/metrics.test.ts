import fc from "fast-check";
import { expect, it } from "vitest";
import { measure, measureAuc } from "../../../../src/audience/models/metrics.ts";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";

const trials = fc.array(
  fc.record({ prediction: fc.integer({ min: 0, max: 8 }), label: fc.constantFrom(0, 1) }),
  { minLength: 1, maxLength: 40 },
);

/** Every pair, as the definition has it. */
function pairwise(predictions: Float64Array, labels: Uint8Array): number | null {
  let [sum, pairs] = [0, 0];
  for (const [one, label] of labels.entries())
    for (const [zero, other] of labels.entries()) {
      if (label !== 1 || other !== 0) continue;
      const difference = (predictions[one] ?? 0) - (predictions[zero] ?? 0);
      sum += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
      pairs += 1;
    }
  return pairs === 0 ? null : sum / pairs;
}

it("counts the pairs in order, ties as half, as the definition of AUC has it", () => {
  fc.assert(
    fc.property(trials, (rows) => {
      const predictions = Float64Array.from(rows, ({ prediction }) => prediction / 8);
      const labels = Uint8Array.from(rows, ({ label }) => label);
      const { auc } = measureAuc(predictions, labels);
      const expected = pairwise(predictions, labels);
      if (expected === null) expect(auc).toBeNull();
      else expect(auc).toBeCloseTo(expected, 12);
    }),
  );
});

it("gives the standard error that the AUC of repeated samples has", () => {
  const random = createSeededRandom(7);
  const draws = Array.from({ length: 300 }, () => {
    const labels = new Uint8Array(300).map(() => (random() < 0.3 ? 1 : 0));
    const predictions = new Float64Array(300).map(
      (_, row) => 0.35 * random() + 0.65 * random() * (0.5 + (labels[row] ?? 0) * 0.5),
    );
    return measureAuc(predictions, labels);
  });
  const aucs = draws.map(({ auc }) => auc ?? 0);
  const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
  const spread = Math.sqrt(aucs.reduce((sum, auc) => sum + (auc - mean) ** 2, 0) / aucs.length);
  const told = draws.reduce((sum, draw) => sum + (draw.standardError ?? 0), 0) / draws.length;
  expect(told / spread).toBeGreaterThan(0.85);
  expect(told / spread).toBeLessThan(1.15);
});

it("measures a forecast that always says the rate as neither better nor worse than that", () => {
  const labels = Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0]);
  const measured = measure(new Float64Array(8).fill(0.25), labels);
  expect(measured).toMatchObject({ rows: 8, positives: 2, auc: 0.5, calibration: 1 });
  expect(measured.normalizedEntropy).toBeCloseTo(1, 12);
  expect(measured.logLoss).toBeCloseTo(-0.25 * Math.log(0.25) - 0.75 * Math.log(0.75), 12);
});

it("tells predictions that are twice too high by calibration, over all and by decile", () => {
  const random = createSeededRandom(9);
  const truth = new Float64Array(20_000).map(() => random() * 0.4);
  const labels = new Uint8Array(20_000).map((_, row) => (random() < (truth[row] ?? 0) ? 1 : 0));
  const measured = measure(
    truth.map((rate) => rate * 2),
    labels,
  );
  expect(Math.abs((measured.calibration ?? 0) - 2)).toBeLessThan(0.1);
  expect(measured.calibrationByDecile).toHaveLength(10);
  expect(measured.calibrationByDecile.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_000);
  const highest = measured.calibrationByDecile.at(-1);
  expect((highest?.predicted ?? 0) / (highest?.observed ?? 1)).toBeGreaterThan(1.8);
  expect(highest?.lift ?? 0).toBeGreaterThan(1.7);
});

it("says null where nothing can be told, and never a number that is none", () => {
  expect(measure(new Float64Array(0), new Uint8Array(0))).toEqual({
    rows: 0,
    positives: 0,
    auc: null,
    aucStandardError: null,
    logLoss: null,
    logLossStandardError: null,
    normalizedEntropy: null,
    calibration: null,
    calibrationByDecile: [],
  });
  const onlyZeros = measure(Float64Array.of(0.1, 0), Uint8Array.of(0, 0));
  expect(onlyZeros).toMatchObject({ auc: null, normalizedEntropy: null, calibration: null });
  expect(Number.isFinite(onlyZeros.logLoss)).toBe(true);
});
