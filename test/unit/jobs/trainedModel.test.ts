import { expect, test } from "vitest";
import type { SegmentDefinition } from "../../../src/campaigns/segments/definition.ts";
import {
  isStillUsable,
  storedModelSchema,
  toStoredModel,
} from "../../../src/jobs/scoring/trainedModel.ts";

const dayMs = 86_400_000;
const asOfMs = Date.UTC(2026, 5, 1);
const buyers: SegmentDefinition = { kind: "behaviour", behaviour: "buyer" };
const sellers: SegmentDefinition = { kind: "behaviour", behaviour: "seller" };
type Learnt = Parameters<typeof toStoredModel>[0];
const learnt = {
  segmentId: 3,
  coefficients: [{ bucket: 17, weight: 0.5 }],
  calibration: { slope: 1, intercept: -2 },
} as unknown as Learnt;

test("an earlier model scores on while it is young and the segment means what it was learnt for", () => {
  const model = storedModelSchema.parse(
    JSON.parse(JSON.stringify(toStoredModel(learnt, buyers, asOfMs))),
  );
  expect(isStillUsable(model, buyers, asOfMs)).toBe(true);
  expect(isStillUsable(model, buyers, asOfMs + 34 * dayMs)).toBe(true);
  expect(isStillUsable(model, buyers, asOfMs + 35 * dayMs)).toBe(false);
  expect(isStillUsable(model, buyers, asOfMs - dayMs)).toBe(false);
  expect(isStillUsable(model, sellers, asOfMs)).toBe(false);
});
