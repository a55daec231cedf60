import { logitOf, sigmoid } from "../models/logit.ts";
import { createRateCounts, type ShrunkRates } from "../models/shrunkRates.ts";
import { departementCount, type Example } from "./examples.ts";

/** What anybody would predict without looking at what visitors do; what a model has to beat. */
export interface Baselines {
  readonly learn: (example: Example, segmentIndex: number, label: number, weight: number) => void;
  /** Takes what was learnt until now. */
  readonly freeze: () => {
    /** The rate of the visitor's departement. */
    readonly popularity: (example: Example) => number;
    /** That, and the visitor's own: in how many earlier weeks she turned out so. Effects are summed in logit space. */
    readonly empiricalBayes: (example: Example, segmentIndex: number) => number;
  };
}

const mostWeeks = 15;

/** Each rate is shrunk towards that of all by how much such rates vary (`createRateCounts`). */
export function createBaselines(): Baselines {
  const places = createRateCounts(departementCount);
  const pasts = createRateCounts((mostWeeks + 1) ** 2);
  return {
    learn(example, segmentIndex, label, weight) {
      places.add(example.departement, label, weight);
      pasts.add(pastOf(example, segmentIndex), label, weight);
    },
    freeze() {
      const ofPlaces: ShrunkRates = places.shrink();
      const ofPasts: ShrunkRates = pasts.shrink();
      return {
        popularity: ({ departement }) => ofPlaces.rateOf(departement),
        empiricalBayes: (example, segmentIndex) =>
          sigmoid(
            logitOf(ofPlaces.rateOf(example.departement)) +
              ofPasts.effectOf(pastOf(example, segmentIndex)),
          ),
      };
    },
  };
}

function pastOf({ earlierWeeks, past }: Example, segmentIndex: number): number {
  const entry = past.find((word) => word >>> 8 === segmentIndex) ?? 0;
  const positives = Math.min(mostWeeks, entry & 0xff);
  return Math.min(mostWeeks, earlierWeeks) * (mostWeeks + 1) + positives;
}
