import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { type ScoringDates, sqlTimestamp } from "../../audience/scoring/scoringDates.ts";
import { createExampleFile } from "../../stores/files/exampleFile.ts";
import { type EarlierWeeks, exportExamples } from "../../stores/lake/scoring/exportExamples.ts";
import {
  affinityStep,
  commonSteps,
  featureSteps,
  labelSteps,
} from "../../stores/lake/scoring/featureSteps.ts";
import { takeAsOf, takePublishedKeys } from "../../stores/lake/scoring/peopleAsOf.ts";
import { emptyTables, runSteps } from "../../stores/lake/scoring/runSteps.ts";
import type { ScoringEngine } from "../../stores/lake/scoring/scoringEngine.ts";
import { loadSlice } from "../../stores/lake/scoring/stageActivity.ts";
import { type Failure, failureSchema, labelMembers } from "./labelMembers.ts";
import { type RunFolder, readJson, writeJson } from "./runFolder.ts";
import type { SegmentPlan, SegmentSeed } from "./segmentPlan.ts";

export interface MakeExamplesOptions {
  readonly engine: ScoringEngine;
  readonly folder: RunFolder;
  readonly plan: SegmentPlan;
  readonly seeds: readonly SegmentSeed[];
  readonly dates: ScoringDates;
  readonly slices: number;
  readonly say: (line: string) => void;
}

const count = z.int().min(0);
const sliceSchema = z.object({
  /** For each date: visitors, and how many turned out to be in each segment. */
  dates: z.array(z.object({ rows: count, positives: z.array(count) })),
  /** Segments whose SQL could not be run, and why: their members of other slices are not all. */
  failures: z.array(failureSchema).default([]),
});

/** Of all slices together, by date. */
export interface ExampleCounts {
  readonly dates: readonly { readonly rows: number; readonly positives: readonly number[] }[];
  /** By segment id: why its SQL could not be run. */
  readonly failures: ReadonlyMap<number, string>;
}

/**
 * What is common to all visitors is gathered, and models are learnt, from this many slices of them: slices are drawn by chance,
 * and some hundred thousand visitors teach what millions would. All are scored.
 */
export const learntSlices = 3;

/**
 * Makes the examples of every slice and date. A slice that is done is not done again: a run that was killed goes on with the
 * next. The last date has no outcomes yet: its labels are who fits the rules now.
 */
export async function makeExamples(options: MakeExamplesOptions): Promise<ExampleCounts> {
  const { folder, dates, slices, plan, say } = options;
  const asOf = [...dates.learnt, dates.score].map(sqlTimestamp);
  await mkdir(dirname(folder.examples(0, 0)), { recursive: true });
  const doneOf = (slice: number) => readJson(`${folder.run}/slice-${slice}.json`, sliceSchema);
  const done = await Promise.all(Array.from({ length: slices }, (_, slice) => doneOf(slice)));
  if (done.some((one) => one === null)) {
    await fillPlan(options);
    await gatherCommon(options, asOf);
  }
  for (const [slice, counts] of done.entries()) {
    if (counts !== null) continue;
    done[slice] = await makeSlice(options, asOf, slice);
    await writeJson(`${folder.run}/slice-${slice}.json`, done[slice]);
    say(`features: slice ${slice + 1} of ${slices}`);
  }
  const zero = () => new Array<number>(plan.indexOf.size).fill(0);
  return {
    dates: asOf.map((_, date) => ({
      rows: done.reduce((sum, one) => sum + (one?.dates[date]?.rows ?? 0), 0),
      positives: done.reduce(
        (sum, one) => sum.map((n, index) => n + (one?.dates[date]?.positives[index] ?? 0)),
        zero(),
      ),
    })),
    failures: new Map(
      done.flatMap((one) =>
        (one?.failures ?? []).map(({ segmentId, problem }) => [segmentId, problem] as const),
      ),
    ),
  };
}

/** Definitions and seeds, as the statements join with them. */
async function fillPlan({ engine, plan, seeds }: MakeExamplesOptions): Promise<void> {
  await emptyTables(engine, ["in_market_segments", "behaviour_segments", "visitor_seeds"]);
  for (const { segmentId, definition } of plan.segments) {
    const id = String(segmentId);
    if (definition.kind === "in_market")
      for (const category of definition.categories)
        await engine.run("insert into in_market_segments values ($1, $2, $3)", [
          id,
          category,
          String(definition.listingViews),
        ]);
    if (definition.kind === "behaviour")
      await engine.run("insert into behaviour_segments values ($1, $2)", [
        id,
        definition.behaviour,
      ]);
  }
  for (const { segmentId, visitorKey, convertedAtMs } of seeds)
    await engine.run("insert into visitor_seeds values ($1, $2, $3)", [
      String(segmentId),
      visitorKey,
      sqlTimestamp(convertedAtMs),
    ]);
}

/** Prices and affinities as of each date, kept in tables of its own until its turn. */
async function gatherCommon(
  { engine, folder, slices }: MakeExamplesOptions,
  asOf: readonly string[],
): Promise<void> {
  for (const [date, day] of asOf.entries()) {
    await emptyTables(engine, ["category_pairs", "category_prices", "category_affinities"]);
    for (let slice = 0; slice < Math.min(slices, learntSlices); slice++) {
      if (await loadSlice(engine, folder.activity, slice)) await takeAsOf(engine, day);
      await emptyTables(engine, ["visitor_counts"]);
      await runSteps(engine, commonSteps, day);
    }
    await runSteps(engine, [affinityStep], day);
    for (const table of commonTables)
      await engine.run(`create or replace temp table ${table}_${date} as select * from ${table}`);
  }
}

const commonTables = ["category_prices", "category_affinities"] as const;

async function makeSlice(
  options: MakeExamplesOptions,
  asOf: readonly string[],
  slice: number,
): Promise<z.output<typeof sliceSchema>> {
  const { engine, folder, plan } = options;
  const earlier = new Map<string, EarlierWeeks>();
  const dates: { rows: number; positives: number[] }[] = [];
  let failures: readonly Failure[] = [];
  const isLinked = await loadSlice(engine, folder.activity, slice);
  for (const [date, day] of asOf.entries()) {
    if (slice >= learntSlices && date < asOf.length - 1) {
      dates.push({ rows: 0, positives: [] });
      continue;
    }
    for (const table of commonTables)
      await engine.run(`create or replace temp table ${table} as select * from ${table}_${date}`);
    await emptyTables(engine, ["visitor_counts", "visitor_places", "visitor_features"]);
    await emptyTables(engine, ["feature_buckets", "outcomes", "labels"]);
    if (isLinked) await takeAsOf(engine, day);
    await runSteps(engine, featureSteps, day);
    const isScored = date === asOf.length - 1;
    if (!isScored) await runSteps(engine, labelSteps, day);
    else failures = await labelMembers(engine, plan, day);
    const file = createExampleFile(folder.examples(date, slice));
    const made = await exportExamples({
      engine,
      indexOf: plan.indexOf,
      earlier,
      write: file.write,
      takeKeys: isLinked && isScored ? () => takePublishedKeys(engine, day) : null,
    });
    file.finish();
    dates.push({ rows: made.rows, positives: [...made.positives] });
  }
  return { dates, failures: [...failures] };
}
