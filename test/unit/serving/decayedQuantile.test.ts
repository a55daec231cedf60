import { expect, test } from "vitest";
import { createDecayedQuantile } from "../../../src/serving/decayedQuantile.ts";

test("a quantile is that of what was measured, to a fifth", () => {
  const measured = createDecayedQuantile(1_000, 0);
  for (let value = 1; value <= 1_000; value++) measured.add(value, 0);
  for (const share of [0.5, 0.9, 0.99]) {
    const found = measured.quantile(share, 0);
    expect(found).toBeGreaterThanOrEqual(share * 1_000);
    expect(found).toBeLessThan(share * 1_000 * 1.2);
  }
});

test("what is old counts for less, half of it after each half-life", () => {
  const measured = createDecayedQuantile(1_000, 0);
  for (let i = 0; i < 100; i++) measured.add(64, 0);
  for (let i = 0; i < 30; i++) measured.add(1, 2_000);
  // 25 of the old against 30 of the new.
  expect(measured.quantile(0.5, 2_000)).toBe(1);
  expect(measured.quantile(0.9, 2_000)).toBe(64);
});

test("years of measurements break nothing", () => {
  const measured = createDecayedQuantile(100, 1);
  for (let day = 0; day < 1_000; day++) measured.add(8, day * 86_400_000);
  expect(measured.quantile(0.4, 999 * 86_400_000)).toBe(0.125);
  for (let i = 0; i < 9; i++) measured.add(8, 1_000 * 86_400_000);
  expect(measured.quantile(0.4, 1_000 * 86_400_000)).toBe(8);
});

test("a few slow ones among doubts are not believed", () => {
  const measured = createDecayedQuantile(1_000, 100);
  expect(measured.quantile(0.99, 0)).toBe(0.125);
  measured.add(500, 0);
  expect(measured.quantile(0.99, 0)).toBe(0.125);
  measured.add(500, 0);
  measured.add(500, 0);
  expect(measured.quantile(0.99, 0)).toBeGreaterThan(500);
});

test("values beyond all buckets count in the last", () => {
  const measured = createDecayedQuantile(1_000, 0);
  for (const value of [0, Number.NaN, 1e9]) measured.add(value, 0);
  expect(measured.quantile(1, 0)).toBe(4_096);
});
