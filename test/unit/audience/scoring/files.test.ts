import { mkdtempSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  departementNumber,
  type ExampleFields,
} from "../../../../src/audience/scoring/examples.ts";
import { createScoreThresholds } from "../../../../src/audience/scoring/scoreThresholds.ts";
import { scoringDates, sqlTimestamp } from "../../../../src/audience/scoring/scoringDates.ts";
import { createExampleFile, readExampleFile } from "../../../../src/stores/files/exampleFile.ts";
import { createScoredFile, readScoredFile } from "../../../../src/stores/files/scoredFile.ts";

const folder = mkdtempSync(join(tmpdir(), "atelier-scoring-"));

function exampleOf(index: number): ExampleFields {
  const features = index % 60;
  return {
    key: `visitor-${index}`,
    isActive: index % 3 === 0,
    earlierWeeks: index % 4,
    departement: departementNumber(index % 2 === 0 ? "87" : "2A"),
    labels: index % 5 === 0 ? [1, 250] : [],
    past: index % 7 === 0 ? [(3 << 8) | 2] : [],
    buckets: Array.from({ length: features }, (_, at) => (at * 7_919) % 2 ** 20),
    values: Array.from({ length: features }, (_, at) => at / 8),
  };
}

test("examples are read as they were written, whatever their size and wherever a reading ends", () => {
  const file = join(folder, "examples.bin");
  const written = Array.from({ length: 30_000 }, (_, index) => exampleOf(index));
  const out = createExampleFile(file);
  for (const example of written) out.write(example);
  out.finish();
  let at = 0;
  let wrong = 0;
  readExampleFile(file, (example, keyOf) => {
    const { key, labels, past, buckets, values, ...rest } = written[at++]!;
    const { isActive, earlierWeeks, departement } = example;
    const isSame =
      JSON.stringify([isActive, earlierWeeks, departement]) ===
        JSON.stringify([rest.isActive, rest.earlierWeeks, rest.departement]) &&
      [...example.labels].join() === labels.join() &&
      [...example.past].join() === past.join() &&
      example.buckets.length === buckets.length &&
      example.buckets.at(-1) === buckets.at(-1) &&
      example.values.at(-1) === values.at(-1) &&
      (at % 100 !== 0 || keyOf() === key);
    if (!isSame) wrong += 1;
  });
  expect([at, wrong]).toEqual([30_000, 0]);
  truncateSync(file, 1_001_000);
  expect(() => readExampleFile(file, () => undefined)).toThrow("ends within an example");
});

test("scores are read from any batch's end on as if they were read through", async () => {
  const file = join(folder, "scores.bin");
  const out = createScoredFile(file);
  for (let index = 0; index < 2_500; index++)
    out.write({
      visitorKey: `k${index}`,
      isActive: index % 2 === 0,
      scores: new Map([[index + 1, 0.25]]),
    });
  out.finish();
  const keys: string[] = [];
  let middle = 0;
  for await (const { visitors, nextOffset } of readScoredFile(file, 0, 1_000)) {
    keys.push(...visitors.map(({ visitorKey }) => visitorKey));
    if (keys.length === 1_000) middle = nextOffset;
  }
  expect(keys).toEqual(Array.from({ length: 2_500 }, (_, index) => `k${index}`));
  const rest = await readScoredFile(file, middle, 10_000).next();
  expect(rest.value?.visitors[0]).toEqual({
    visitorKey: "k1000",
    isActive: true,
    scores: new Map([[1_001, expect.closeTo(0.25, 4)]]),
  });
});

test("no date of a run looks at its own day or beyond: what is judged ends where the scores begin", () => {
  const asOfMs = Date.UTC(2026, 5, 1);
  const { learnt, tested, score } = scoringDates(asOfMs);
  const week = 7 * 86_400_000;
  expect([...learnt, score].map((ms) => sqlTimestamp(ms).slice(0, 10))).toEqual([
    "2026-05-04",
    "2026-05-11",
    "2026-05-18",
    "2026-05-25",
    "2026-06-01",
  ]);
  // Outcomes of a date are known before the next one is predicted.
  for (const [index, date] of learnt.entries())
    expect(date + week).toBeLessThanOrEqual(learnt[index + 1] ?? score);
  expect(tested).toBeGreaterThan(0);
  expect(tested).toBeLessThan(learnt.length);
});

test("thresholds say which least score keeps which share", () => {
  const thresholds = createScoreThresholds();
  for (let index = 0; index < 1_000; index++) thresholds.add(index / 1_000);
  expect(thresholds.visitors()).toBe(1_000);
  const tenth = thresholds.thresholds().find(({ share }) => share === 0.1);
  expect(tenth?.minScore).toBeCloseTo(0.9, 2);
  expect(createScoreThresholds().thresholds()).toEqual([]);
});
