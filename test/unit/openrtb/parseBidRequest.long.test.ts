import { expect, test } from "vitest";
import { fuzzParsing } from "./parseFuzz.ts";

test("a hundred thousand mutated requests are read soundly or their breach is named", () => {
  const { good, slowestMs } = fuzzParsing(100_000, 1);
  expect(good).toBeGreaterThan(20_000);
  expect(slowestMs).toBeLessThan(500);
}, 600_000);
