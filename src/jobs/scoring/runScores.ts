import { z } from "zod";
import type { ModelCard } from "../../audience/scoring/modelCard.ts";
import { type Published, type PublishOptions, publishScores } from "./publishScores.ts";
import { clearRun, readJson, writeJson } from "./runFolder.ts";
import {
  type ScoreAudiencesOptions,
  type ScoredAudiences,
  scoreAudiences,
} from "./scoreAudiences.ts";

export interface RunScoresOptions {
  readonly scoring: ScoreAudiencesOptions;
  /** Null = the cards are kept, and nothing is published. */
  readonly publishing: Omit<
    PublishOptions,
    "scores" | "visitors" | "asOfMs" | "clockMs" | "say"
  > | null;
  readonly saveCards: (cards: readonly ModelCard[]) => Promise<void>;
}

export interface ScoreRun extends Pick<ScoredAudiences, "cards" | "visitors" | "events"> {
  /** Null = nothing was asked to be published, or nothing may be. */
  readonly published: Published | null;
  readonly elapsedMs: number;
}

/**
 * Scores as of a date and publishes what passes its gate. Killed at any moment it goes on where it was when it is started again
 * with the same date. When it is through, what names visitors on this machine's disk is removed.
 */
export async function runScores({
  scoring,
  publishing,
  saveCards,
}: RunScoresOptions): Promise<ScoreRun> {
  const { folder, asOfMs, clockMs, say } = scoring;
  const startedMs = clockMs();
  const { cards, visitors, events } = await scoreAudiences(scoring);
  await saveCards(cards);
  const mayPublish = publishing !== null && visitors > 0;
  if (publishing !== null && visitors === 0)
    say("nothing is published: no segment may be used; what serves stays");
  const published = mayPublish
    ? await publishScores({ ...publishing, scores: folder.scores, visitors, asOfMs, clockMs, say })
    : null;
  if (published !== null) {
    const { modelVersion } = published;
    const isUsed = ({ gate }: ModelCard) => gate.isActivated;
    await saveCards(cards.map((card) => (isUsed(card) ? { ...card, modelVersion } : card)));
  }
  await clearRun(folder);
  const done = {
    asOfMs,
    events,
    visitors,
    atMs: clockMs(),
    modelVersion: published?.modelVersion ?? null,
  };
  await writeJson(`${folder.root}/last.json`, done);
  return { cards, visitors, events, published, elapsedMs: clockMs() - startedMs };
}

const lastRunSchema = z.object({
  asOfMs: z.number(),
  events: z.number(),
  visitors: z.number(),
  atMs: z.number(),
  modelVersion: z.number().nullable(),
});

/** What the last run that came to its end was; null = there was none. */
export function readLastRun(root: string): Promise<z.output<typeof lastRunSchema> | null> {
  return readJson(`${root}/last.json`, lastRunSchema);
}
