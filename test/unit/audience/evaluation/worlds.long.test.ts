import { expect, it } from "vitest";
import { evaluateTrials } from "../../../../src/audience/evaluation/evaluateTrials.ts";
import { drawTrials, sourceOf, type WorldName } from "../../../support/trialWorlds.ts";

const patienceMs = 300_000;
const options = { seed: 1, log: () => undefined };

it.each<[WorldName, number]>([
  ["popularity", 30_000],
  ["tastes", 10_000],
  ["tastes", 60_000],
  ["seasons", 60_000],
  ["heavyTail", 60_000],
  ["visitorsOnly", 30_000],
  ["categories", 30_000],
  ["drift", 30_000],
  ["newItems", 30_000],
  ["rareClicks", 60_000],
  ["bursts", 60_000],
])(
  "is nowhere worse than its baselines: %s, %i trials",
  (world, rows) => {
    const evaluation = evaluateTrials(sourceOf([...drawTrials(world, rows, 11)], 65_536), options);
    for (const { baselines, ...model } of [evaluation.warm, evaluation.cold])
      for (const baseline of [baselines.popularity, baselines.empiricalBayes]) {
        expect(model.auc ?? 0).toBeGreaterThan((baseline.auc ?? 1) - (model.aucStandardError ?? 0));
        expect(model.logLoss ?? 1).toBeLessThan(
          (baseline.logLoss ?? 0) + (model.logLossStandardError ?? 0) / 2,
        );
        expect(model.normalizedEntropy ?? 2).toBeLessThan(1);
      }
  },
  patienceMs,
);

it(
  "keeps the level of what comes as well as empirical Bayes does, whatever it adds to it",
  () => {
    const worlds = ["categories", "heavyTail", "newItems", "bursts"] as const;
    const logarithms = { model: [] as number[], floor: [] as number[] };
    for (const world of worlds)
      for (const seed of [21, 22]) {
        const source = sourceOf([...drawTrials(world, 40_000, seed)], 65_536);
        const { warm, cold } = evaluateTrials(source, options);
        for (const { calibration, baselines } of [warm, cold]) {
          logarithms.model.push(Math.log(calibration ?? 0));
          logarithms.floor.push(Math.log(baselines.empiricalBayes.calibration ?? 0));
        }
      }
    const spread = (of: readonly number[]): number => Math.hypot(...of) / Math.sqrt(of.length);
    expect(spread(logarithms.model)).toBeLessThan(spread(logarithms.floor) + 0.01);
    expect(spread(logarithms.model)).toBeLessThan(0.05);
  },
  2 * patienceMs,
);

it(
  "finds hidden tastes that no single effect holds",
  () => {
    const { warm, cold } = evaluateTrials(
      sourceOf([...drawTrials("tastes", 150_000, 1)], 65_536),
      options,
    );
    expect((warm.auc ?? 0) - (warm.baselines.empiricalBayes.auc ?? 1)).toBeGreaterThan(0.03);
    expect((cold.auc ?? 0) - (cold.baselines.empiricalBayes.auc ?? 1)).toBeGreaterThan(0.02);
    for (const { calibration } of [warm, cold])
      expect(Math.abs((calibration ?? 0) - 1)).toBeLessThan(0.05);
  },
  patienceMs,
);
