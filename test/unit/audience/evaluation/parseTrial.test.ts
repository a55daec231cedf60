import { expect, it } from "vitest";
import { createNameNumbers } from "../../../../src/audience/evaluation/nameNumbers.ts";
import { parseTrial } from "../../../../src/audience/evaluation/parseTrial.ts";
import { bucketOf } from "../../../../src/audience/models/featureHash.ts";

function row(of: {
  readonly value?: unknown;
  readonly timestamp?: unknown;
  readonly visitor?: unknown;
}) {
  return parseTrial([of.visitor ?? "v", 7, "c", "k", of.value ?? 1, of.timestamp ?? 0, undefined]);
}

it.each([
  ["2026-03-01T10:00:00Z", Date.UTC(2026, 2, 1, 10)],
  ["2026-03-01T10:00:00+01:00", Date.UTC(2026, 2, 1, 9)],
  ["2026-03-01 10:00:00.250", Date.UTC(2026, 2, 1, 10, 0, 0, 250)],
  ["2026-03-01", Date.UTC(2026, 2, 1)],
  ["2026-03-01 10:00:00+00", Date.UTC(2026, 2, 1, 10)],
  ["2026-03-01 10:00:00 UTC", Date.UTC(2026, 2, 1, 10)],
  ["2026-03-01T10:00:00+0130", Date.UTC(2026, 2, 1, 8, 30)],
  ["2026/03/01 10:00:00", Date.UTC(2026, 2, 1, 10)],
  ["8.81250949e+08", 881_250_949_000],
  ["8.812509490000e+08", 881_250_949_000],
  ["-5", -5_000],
  ["1772359200000000000", 1_772_359_200_000],
  ["881250949", 881_250_949_000],
  [881_250_949, 881_250_949_000],
  ["881250949123", 881_250_949_123],
  [1_772_359_200_000_000n, 1_772_359_200_000],
  [new Date(5), 5],
])("reads the time %s", (timestamp, timestampMs) => {
  expect(row({ timestamp })).toMatchObject({ timestampMs });
});

it.each([
  "",
  "yesterday",
  "-9999999999999",
  "31/12/2026",
  "2026/12-31",
  "2026-02-31T25:00:00Z",
  "1e400",
  null,
  Number.NaN,
  99_999_999_999_999,
])("refuses the time %s", (timestamp) => {
  expect(row({ timestamp: timestamp ?? "" })).toMatchObject({ column: "timestamp" });
});

it("takes 0 and 1 however they are written, and nothing else", () => {
  for (const value of ["1", 1, true, "1.0", 1n, "True"])
    expect(row({ value })).toMatchObject({ outcome: 1 });
  for (const value of ["0", 0, false, "0.0", 0n, "false"])
    expect(row({ value })).toMatchObject({ outcome: 0 });
  for (const value of ["", "2", 0.5, "yes", {}])
    expect(row({ value })).toEqual({ column: "value", rule: "must be 0 or 1" });
});

it("needs a visitor and an item, and names of a bounded length", () => {
  expect(row({ visitor: "" })).toEqual({ column: "visitor", rule: "must not be empty" });
  expect(row({ visitor: "x".repeat(257) })).toMatchObject({ column: "visitor" });
  expect(row({ visitor: ["x"] })).toMatchObject({ column: "visitor" });
  expect(row({})).toMatchObject({ item: "7", place: "" });
});

it("numbers names as they come, and lets those beyond the limit share numbers", () => {
  const numbers = createNameNumbers("item", 4_096);
  const names = Array.from({ length: 4_096 }, (_, at) => `name ${at}`);
  expect(names.map(numbers.numberOf)).toEqual(names.map((_, at) => at));
  expect(names.map(numbers.numberOf)).toEqual(names.map((_, at) => at));
  const shared = numbers.numberOf("one more");
  expect(shared).toBeGreaterThanOrEqual(0);
  expect(shared).toBeLessThan(4_096);
  expect(numbers.buckets()).toHaveLength(4_096);
  expect(numbers.buckets()[17]).toBe(bucketOf("item=name 17"));
});
