import { cpus } from "node:os";
import { z } from "zod";
import { fewestPeople } from "../../audience/scoring/gate.ts";
import { type ModelCard, modelCardSchema } from "../../audience/scoring/modelCard.ts";
import type { ScoringDates } from "../../audience/scoring/scoringDates.ts";
import { learntCard, refusedCard } from "./makeCards.ts";
import { type ExampleCounts, learntSlices } from "./makeExamples.ts";
import { type RunFolder, readJson, writeJson } from "./runFolder.ts";
import type { DefinedSegment, SegmentPlan } from "./segmentPlan.ts";
import { trainAll } from "./trainAll.ts";
import { storedModelSchema, toStoredModel } from "./trainedModel.ts";

export interface LearnOptions {
  readonly asOfMs: number;
  /** Segments that are learnt; null = all. */
  readonly only: readonly number[] | null;
  readonly folder: RunFolder;
  readonly clockMs: () => number;
  readonly say: (line: string) => void;
  readonly threads?: number;
}

export interface Prepared {
  readonly slices: number;
  readonly counts: ExampleCounts;
}

export const trainedSchema = z.object({
  card: modelCardSchema,
  model: storedModelSchema.nullable(),
});

/** Learns what is not learnt yet; answers the card of each learnt segment that was asked for. */
export async function learnSegments(
  options: LearnOptions,
  plan: SegmentPlan,
  dates: ScoringDates,
  { slices, counts }: Prepared,
): Promise<readonly ModelCard[]> {
  const { folder, say } = options;
  const { cards, open } = await sortOut(options, plan, dates, counts);
  const learnt = Math.min(slices, learntSlices);
  const byId = new Map(open.map((segment) => [segment.segmentId, segment]));
  const made: ModelCard[] = [];
  await trainAll({
    segments: open.map(({ segmentId }) => ({ segmentId, index: plan.indexOf.get(segmentId) ?? 0 })),
    dates: counts.dates
      .slice(0, -1)
      .map(({ rows }, date) => ({ files: filesOf(folder, date, learnt), rows })),
    scored: filesOf(folder, counts.dates.length - 1, learnt),
    tested: dates.tested,
    threads: options.threads ?? defaultThreads(),
    async onModels(models) {
      for (const model of models) {
        const segment = byId.get(model.segmentId);
        if (segment === undefined) continue;
        const trained = { ...model, coefficientCount: model.coefficients.length };
        const card = learntCard(segment, trained, dates, options.clockMs());
        const stored = toStoredModel(model, segment.definition, options.asOfMs);
        await writeJson(folder.trained(model.segmentId), { card, model: stored });
        made.push(card);
        say(`learnt ${segment.slug}: ${describeCard(card)}`);
      }
    },
  });
  return [...cards, ...made];
}

/** Who is learnt already, or cannot be, has a card; the others are open. */
async function sortOut(
  { folder, only, clockMs }: LearnOptions,
  plan: SegmentPlan,
  dates: ScoringDates,
  counts: ExampleCounts,
): Promise<{ readonly cards: readonly ModelCard[]; readonly open: readonly DefinedSegment[] }> {
  const cards: ModelCard[] = [];
  const open: DefinedSegment[] = [];
  for (const segment of plan.learnt) {
    if (only !== null && !only.includes(segment.segmentId)) continue;
    const done = await readJson(folder.trained(segment.segmentId), trainedSchema);
    const index = plan.indexOf.get(segment.segmentId) ?? 0;
    const positivesOf = (dated: ExampleCounts["dates"]): number =>
      dated.reduce((sum, { positives }) => sum + (positives[index] ?? 0), 0);
    const isThin =
      positivesOf(counts.dates.slice(0, -2)) < fewestPeople ||
      positivesOf(counts.dates.slice(-1 - dates.tested, -1)) < fewestPeople;
    if (done !== null) cards.push(done.card);
    else if (isThin) cards.push(refusedCard(segment, thinReason, dates, clockMs()));
    else open.push(segment);
  }
  return { cards, open };
}

const thinReason = `fewer than ${fewestPeople} people turned out so in the weeks before`;

function describeCard({ evaluation, gate }: ModelCard): string {
  const figures = evaluation?.all;
  const quality = `AUC ${figures?.auc?.toFixed(3)}, calibration ${figures?.calibration?.toFixed(2)}`;
  return gate.isActivated ? quality : `${quality}; not used: ${gate.reasons.join("; ")}`;
}

/** The files of a date's examples, slice by slice. */
export function filesOf(folder: RunFolder, date: number, slices: number): readonly string[] {
  return Array.from({ length: slices }, (_, slice) => folder.examples(date, slice));
}

/** As many as there are cores, four at most: each takes some 200 MB. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(4, cpus().length));
}
