import { z } from "zod";
import { fewestPeople } from "../../audience/scoring/gate.ts";
import type { ModelCard } from "../../audience/scoring/modelCard.ts";
import { dayOf, type ScoringDates, scoringDates } from "../../audience/scoring/scoringDates.ts";
import type { LakeEngine } from "../../stores/lake/duckdb.ts";
import type { EventSchema } from "../../stores/lake/lakeTable.ts";
import { openScoringEngine } from "../../stores/lake/scoring/scoringEngine.ts";
import {
  lakeVersion,
  type StagedActivity,
  stageActivity,
} from "../../stores/lake/scoring/stageActivity.ts";
import type { LakeStorage } from "../lakePorts.ts";
import { defaultThreads, filesOf, learnSegments, trainedSchema } from "./learnSegments.ts";
import { refusedCard, ruleCard } from "./makeCards.ts";
import { type ExampleCounts, makeExamples } from "./makeExamples.ts";
import { clearRun, type RunFolder, readJson, writeJson } from "./runFolder.ts";
import {
  type DefinedSegment,
  planSegments,
  type SegmentPlan,
  type SegmentSeed,
} from "./segmentPlan.ts";
import { isStillUsable, type StoredModel, storedModelSchema } from "./trainedModel.ts";
import { writeScores } from "./writeScores.ts";

export interface ScoreAudiencesOptions {
  /** The start of a day in UTC: nothing at it or later is looked at. */
  readonly asOfMs: number;
  readonly segments: readonly DefinedSegment[];
  /** Segments that are learnt anew; the others keep the model that they had. Null = all. */
  readonly only: readonly number[] | null;
  readonly seeds: readonly SegmentSeed[];
  readonly storage: LakeStorage;
  /** `page_activity.v1` */
  readonly schema: EventSchema;
  /** `identity_link.v1` */
  readonly linkSchema: EventSchema;
  readonly folder: RunFolder;
  readonly clockMs: () => number;
  readonly say: (line: string) => void;
  /** Default: as many as there are cores, four at most. */
  readonly threads?: number;
  /** Of the engine that makes features. Default 700. */
  readonly memoryMegabytes?: number;
}

export interface ScoredAudiences {
  readonly cards: readonly ModelCard[];
  /** Who has scores, in the file `folder.scores`; 0 = nothing can be published. */
  readonly visitors: number;
  readonly activeVisitors: number;
  readonly events: number;
}

const count = z.int().min(0);
const runSchema = z.object({
  format: z.literal(3),
  asOfMs: z.number(),
  /** Other definitions or another state of the lake make another run. */
  plan: z.string(),
  lake: z.string(),
  slices: count,
  events: count,
});
type Run = Readonly<z.output<typeof runSchema>>;

const historyMs = 400 * 86_400_000;

/**
 * One run: slices the activity, makes features and labels as of five dates, learns the segments in threads, and scores
 * everybody as of the last date. Each stage leaves its files in the folder: a run that was killed goes on where it was, as
 * long as the lake and the definitions are the same. Publishes nothing.
 */
export async function scoreAudiences(options: ScoreAudiencesOptions): Promise<ScoredAudiences> {
  const dates = scoringDates(options.asOfMs);
  const plan = planSegments(options.segments);
  const { run, counts } = await prepare(options, plan, dates);
  if (run.slices === 0) return { cards: [], visitors: 0, activeVisitors: 0, events: 0 };
  const trained = await learnSegments(options, plan, dates, { slices: run.slices, counts });
  const members = counts.dates.at(-1)?.positives ?? [];
  const cards: ModelCard[] = [
    ...trained,
    ...plan.ruled.map((segment) => {
      const problem = counts.failures.get(segment.segmentId);
      if (problem !== undefined)
        return refusedCard(segment, `its SQL failed: ${problem}`, dates, options.clockMs());
      const people = members[plan.indexOf.get(segment.segmentId) ?? 0] ?? 0;
      return ruleCard(segment, people, dates, options.clockMs());
    }),
  ];
  const models = await usableModels(options, plan, cards);
  const ruled = cards.filter(
    ({ kind, gate }) => (kind === "rule" || kind === "sql") && gate.isActivated,
  );
  const lastDate = counts.dates.length - 1;
  const written = writeScores({
    files: filesOf(options.folder, lastDate, run.slices),
    models,
    ruled: new Map(ruled.map(({ segmentId }) => [plan.indexOf.get(segmentId) ?? 0, segmentId])),
    into: options.folder.scores,
  });
  options.say(`scored ${written.visitors} visitors for ${models.length + ruled.length} segments`);
  return {
    cards: cards.map((card) => withAudience(card, written.thresholds.get(card.segmentId))),
    visitors: models.length + ruled.length === 0 ? 0 : written.visitors,
    activeVisitors: written.activeVisitors,
    events: run.events,
  };
}

function withAudience(
  card: ModelCard,
  thresholds: ReturnType<typeof writeScores>["thresholds"] extends ReadonlyMap<number, infer T>
    ? T | undefined
    : never,
): ModelCard {
  if (thresholds === undefined) return card;
  const visitors = thresholds.visitors();
  return visitors < fewestPeople
    ? card
    : { ...card, audience: { visitors, thresholds: [...thresholds.thresholds()] } };
}

/** Slices and examples: those of the run that was begun, where it is the same one. */
async function prepare(
  options: ScoreAudiencesOptions,
  plan: SegmentPlan,
  dates: ScoringDates,
): Promise<{ readonly run: Run; readonly counts: ExampleCounts }> {
  const { folder, say, seeds } = options;
  const file = `${folder.run}/run.json`;
  const wanted = await wantedRun(options, plan);
  const left = await readJson(file, runSchema);
  const isSame =
    left !== null &&
    Object.entries(wanted).every(([name, value]) => left[name as keyof Run] === value);
  if (!isSame) await clearRun(folder);
  const threads = options.threads ?? defaultThreads();
  const engine = await openScoringEngine({
    threads,
    memoryMegabytes: options.memoryMegabytes ?? 700,
    spillFolder: folder.spill,
  });
  try {
    let run = isSame ? left : null;
    if (run === null) {
      const staged = await stage(options, engine, dates);
      run = { format: 3, ...wanted, ...staged };
      await writeJson(file, run);
      say(`${staged.events} events of the lake, in ${staged.slices} slices of visitors`);
    } else say(`going on with the run as of ${dayOf(options.asOfMs)}`);
    const counts = await makeExamples({
      engine,
      folder,
      plan,
      seeds,
      dates,
      slices: run.slices,
      say,
    });
    return { run, counts };
  } finally {
    engine.close();
  }
}

/** What a run has to be of for another one to go on with it. */
async function wantedRun(
  { asOfMs, storage, schema, linkSchema }: ScoreAudiencesOptions,
  plan: SegmentPlan,
): Promise<Pick<Run, "asOfMs" | "plan" | "lake">> {
  const versions = await Promise.all(
    [schema, linkSchema].map(({ $id }) => lakeVersion(storage, $id, asOfMs)),
  );
  return { asOfMs, plan: plan.digest, lake: versions.join(" ") };
}

function stage(
  { folder, storage, schema, linkSchema }: ScoreAudiencesOptions,
  engine: LakeEngine,
  dates: ScoringDates,
): Promise<StagedActivity> {
  return stageActivity({
    engine,
    storage,
    schema,
    linkSchema,
    fromMs: (dates.learnt[0] ?? dates.score) - historyMs,
    datesMs: [...dates.learnt, dates.score],
    folder: folder.activity,
  });
}

/** What was just learnt and may be used; else the model that the segment had, while it is young and means the same. */
async function usableModels(
  { folder, asOfMs }: ScoreAudiencesOptions,
  plan: SegmentPlan,
  cards: readonly ModelCard[],
): Promise<readonly StoredModel[]> {
  const models: StoredModel[] = [];
  for (const { segmentId, definition } of plan.learnt) {
    const isNew = cards.find((card) => card.segmentId === segmentId)?.gate.isActivated === true;
    const trained = isNew ? await readJson(folder.trained(segmentId), trainedSchema) : null;
    if (trained?.model) await writeJson(folder.model(segmentId), trained.model);
    const model = await readJson(folder.model(segmentId), storedModelSchema);
    if (model !== null && isStillUsable(model, definition, asOfMs)) models.push(model);
  }
  return models;
}
