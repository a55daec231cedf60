import type { DemoPlace } from "./demoTypes.ts";
import { generateVisitors } from "./population.ts";

/** Where the scores of the demo's visitors go: the scores table's own functions. */
export interface SeedPopulationDeps {
  readonly scores: {
    readonly putScores: (batch: readonly VisitorScores[]) => Promise<void>;
    readonly readActiveModelVersion: () => Promise<number | null>;
    readonly activateModelVersion: (modelVersion: number, asOfMs: number) => Promise<void>;
  };
  readonly visitorKeyOf: (visitorId: string) => string;
  readonly places: readonly DemoPlace[];
  readonly segmentIdBySlug: ReadonlyMap<string, number>;
  /** How many visitors, besides the personas: 1 to 100,000. */
  readonly count: number;
  readonly nowMs: number;
}

interface VisitorScores {
  readonly visitorKey: string;
  readonly modelVersion: number;
  readonly expiresAtSeconds: number;
  readonly scores: ReadonlyMap<number, number>;
}

const demoModelVersion = 1;
const diceSeed = 123;
const batchSize = 500;
/** Thirteen months, less a day or two. */
const livesForSeconds = 390 * 86_400;

/**
 * Writes the scores of the synthetic visitors and makes their model the active one; answers how many were written.
 * Does nothing (0) when a model is active already. Throws when DynamoDB is away.
 */
export async function seedPopulation(deps: SeedPopulationDeps): Promise<number> {
  if ((await deps.scores.readActiveModelVersion()) !== null) return 0;
  const expiresAtSeconds = Math.floor(deps.nowMs / 1000) + livesForSeconds;
  let batch: VisitorScores[] = [];
  let written = 0;
  const flush = async (): Promise<void> => {
    await deps.scores.putScores(batch);
    written += batch.length;
    batch = [];
  };
  for (const visitor of generateVisitors(deps.places, deps.count, diceSeed)) {
    const scores = new Map<number, number>();
    for (const [slug, score] of visitor.scores) {
      const segmentId = deps.segmentIdBySlug.get(slug);
      if (segmentId !== undefined) scores.set(segmentId, score);
    }
    const visitorKey = deps.visitorKeyOf(visitor.visitorId);
    batch.push({ visitorKey, modelVersion: demoModelVersion, expiresAtSeconds, scores });
    if (batch.length === batchSize) await flush();
  }
  if (batch.length > 0) await flush();
  await deps.scores.activateModelVersion(demoModelVersion, deps.nowMs);
  return written;
}
