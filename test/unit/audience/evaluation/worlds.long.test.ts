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
