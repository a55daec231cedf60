import { expect, it } from "vitest";
import { logitOf, sigmoid } from "../../../../src/audience/models/logit.ts";
import {
  type Design,
  fitRidge,
  ridgeLogit,
} from "../../../../src/audience/models/ridgeRegression.ts";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";

/** Column 0 is a logit that somebody made, column 1 says more; outcomes are `factor` times as often as the first has it. */
function designOf(rows: number, factor: number): Design {
  const random = createSeededRandom(4);
  const values = new Float32Array(rows * 2);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const more = random() < 0.5 ? -1 : 1;
    values.set([logitOf(0.02), more], row * 2);
    labels[row] = random() < 0.02 * factor * (1 + 0.5 * more) ? 1 : 0;
  }
  return { rows, width: 2, values, labels };
}

/** What is predicted of all rows, over what the offset alone has predicted. */
function levelOf(design: Design): number {
  const model = fitRidge(design, 0, 10, () => true);
  let sum = 0;
  for (let row = 0; row < design.rows; row++)
    sum += sigmoid(ridgeLogit(model, design.values, row * 2));
  return sum / (0.02 * design.rows);
}

it("believes the offset's level where rows are few, and that of the rows where they are many", () => {
  const few = designOf(500, 2);
  const ofFew = few.labels.reduce((sum, label) => sum + label, 0) / (0.02 * few.rows);
  expect(ofFew).toBeGreaterThan(1.5);
  expect(levelOf(few)).toBeLessThan(1.2);
  expect(levelOf(few)).toBeGreaterThan(1);
  expect(levelOf(designOf(100_000, 2))).toBeGreaterThan(1.9);
});

it("has the level of the offset where nothing came", () => {
  expect(levelOf({ ...designOf(500, 2), labels: new Uint8Array(500) })).toBeCloseTo(1, 6);
});
