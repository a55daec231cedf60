import fc from "fast-check";
import { expect, it } from "vitest";
import {
  createCalibrationSample,
  fitIsotonic,
  fitPlatt,
  isotonicCalibration,
  plattCalibration,
} from "../../../../src/audience/models/calibration.ts";
import { logitOf, sigmoid } from "../../../../src/audience/models/logit.ts";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";

/** Predictions that are too bold (twice the true logit) and too high (by 0.7). */
function boldSample(rows: number) {
  const random = createSeededRandom(5);
  const sample = createCalibrationSample();
  for (let row = 0; row < rows; row++) {
    const logit = random() * 4 - 3;
    sample.add(sigmoid(2 * logit + 0.7), random() < sigmoid(logit) ? 1 : 0);
  }
  return sample.bins();
}

it("finds the line that predictions are off by", () => {
  const { slope, intercept } = fitPlatt(boldSample(200_000));
  expect(Math.abs(slope - 0.5)).toBeLessThan(0.02);
  expect(Math.abs(intercept + 0.35)).toBeLessThan(0.03);
});

it("sets bold predictions right, by a line or by steps", () => {
  const bins = boldSample(200_000);
  for (const calibrate of [
    plattCalibration(fitPlatt(bins)),
    isotonicCalibration(fitIsotonic(bins)),
  ])
    for (const logit of [-2, -1, 0])
      expect(Math.abs(calibrate(sigmoid(2 * logit + 0.7)) - sigmoid(logit))).toBeLessThan(0.03);
});

const trials = fc.array(
  fc.record({
    prediction: fc.double({ min: 0, max: 1, noNaN: true }),
    label: fc.constantFrom(0, 1),
  }),
  { maxLength: 60 },
);

it("never turns the order of predictions, nor leaves 0 to 1, whatever the sample", () => {
  fc.assert(
    fc.property(trials, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (rows, asked) => {
      const sample = createCalibrationSample();
      for (const { prediction, label } of rows) sample.add(prediction, label);
      for (const calibrate of [
        plattCalibration(fitPlatt(sample.bins())),
        isotonicCalibration(fitIsotonic(sample.bins())),
      ]) {
        const answers = asked.toSorted((a, b) => a - b).map(calibrate);
        expect(answers.every((answer) => answer > 0 && answer < 1)).toBe(true);
        expect(answers.every((answer, at) => answer >= (answers[at - 1] ?? 0) - 1e-12)).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});

it("pools neighbours that fall until none does, as least squares would", () => {
  const bins = [0.1, 0.3, 0.2, 0.4].map((rate, index) => ({
    logit: index,
    weight: 1_000_000,
    positives: rate * 1_000_000,
  }));
  const knots = fitIsotonic(bins);
  expect(knots.map(({ rate }) => Math.round(rate * 1_000) / 1_000)).toEqual([0.1, 0.25, 0.4]);
  expect(knots.map(({ logit }) => logit)).toEqual([0, 1.5, 3]);
});

it("changes nothing without a sample", () => {
  expect(fitPlatt([])).toEqual({ slope: 1, intercept: 0 });
  expect(isotonicCalibration([])(0.3)).toBe(0.3);
  expect(plattCalibration({ slope: 1, intercept: 0 })(0.3)).toBeCloseTo(0.3, 12);
  expect(logitOf(0)).toBeLessThan(-16);
});
