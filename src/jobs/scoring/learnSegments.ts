import { cpus } from "node:os";
import { z } from "zod";
import { fewestPeople } from "../../audience/scoring/gate.ts";
import { type ModelCard, modelCardSchema } from "../../audience/scoring/modelCard.ts";
import type { ScoringDates } from "../../audience/scoring/scoringDates.ts";
import { learntCard, refusedCard } from "./makeCards.ts";
import type { ExampleCounts } from "./makeExamples.ts";
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
  const { folder, only, say } = options;
  const wanted = plan.learnt.filter(({ segmentId }) => only === null || only.includes(segmentId));
  const cards: ModelCard[] = [];
  const open: DefinedSegment[] = [];
  const [trainCounts, testCounts] = [counts.dates.slice(0, -2), counts.dates.at(-2)];
  for (const segment of wanted) {
    const done = await readJson(folder.trained(segment.segmentId), trainedSchema);
    const index = plan.indexOf.get(segment.segmentId) ?? 0;
    const positives = trainCounts.reduce((sum, date) => sum + (date.positives[index] ?? 0), 0);
    if (done !== null) cards.push(done.card);
    else if (positives < fewestPeople || (testCounts?.positives[index] ?? 0) < fewestPeople)
      cards.push(
        refusedCard(
          segment,
          `fewer than ${fewestPeople} people turned out so in the weeks before`,
          dates,
          options.clockMs(),
        ),
      );
    else open.push(segment);
  }
  const byId = new Map(open.map((segment) => [segment.segmentId, segment]));
  await trainAll({
    segments: open.map(({ segmentId }) => ({ segmentId, index: plan.indexOf.get(segmentId) ?? 0 })),
    train: trainCounts.map(({ rows }, date) => ({
      files: filesOf(folder, date, slices),
      rows,
    })),
    test: { files: filesOf(folder, trainCounts.length, slices), rows: testCounts?.rows ?? 0 },
    threads: options.threads ?? defaultThreads(),
    async onModels(models) {
      for (const model of models) {
        const segment = byId.get(model.segmentId);
        if (segment === undefined) continue;
        const trained = { ...model, coefficientCount: model.coefficients.length };
        const card = learntCard(segment, trained, dates, options.clockMs());
        await writeJson(folder.trained(model.segmentId), {
          card,
          model: toStoredModel(model, options.asOfMs),
        });
        cards.push(card);
        say(`learnt ${segment.slug}: ${describeCard(card)}`);
      }
    },
  });
  return cards;
}

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
