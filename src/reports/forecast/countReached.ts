import { countPeople } from "./countPeople.ts";
import type { Replay } from "./replay.ts";

/** Sizes of budgets whose figures are worked out; what lies between two of them follows from both. */
const stepRatio = 1.5;
const smallestStep = 18;
const stepSeed = 0x5ea7;

/**
 * People who are shown an ad when `share` of what is won is shown (0 to 1): as if the ads went to as many people as may be told of.
 * Were noise added to whom a budget reaches, a budget for hardly any ads would tell that noise, and with it whom it hides. Each
 * size of budget has two layers of noise of its own, or what budgets of all sizes reach would tell of a few who come often.
 */
export function countReached(
  { sample, matched, won, calendar }: Pick<Replay, "sample" | "matched" | "won" | "calendar">,
  share: number,
): number {
  const all = countPeople(sample, matched, won.isWon, { calendar, share: 1 });
  if (all.people === 0 || all.unprotected === 0 || share <= 0) return 0;
  const reachedAt = (step: number): number => {
    const factor = all.withLayers(stepSeed + step, stepSeed - 1 - step) / all.unprotected;
    if (factor === 0) return 0;
    // Somebody looks at as many pages as are told of, for each of those who are.
    const shown = (stepRatio ** -step * matched.pagesFactor) / factor;
    return factor * countPeople(sample, matched, won.isWon, { calendar, share: shown }).unprotected;
  };
  const above = Math.floor(
    Math.min(smallestStep, -Math.log(Math.min(1, share)) / Math.log(stepRatio)),
  );
  const [high, low] = [stepRatio ** -above, above === smallestStep ? 0 : stepRatio ** -(above + 1)];
  const atLow = low === 0 ? 0 : reachedAt(above + 1);
  return atLow + ((share - low) / (high - low)) * (reachedAt(above) - atLow);
}
