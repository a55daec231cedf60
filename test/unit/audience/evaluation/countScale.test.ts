import { expect, it } from "vitest";
import { countScale } from "../../../../src/audience/evaluation/countScale.ts";
import { learned, tested, validated } from "../../../../src/audience/evaluation/splits.ts";
import { createPlainEffects } from "../../../../src/audience/models/plainEffects.ts";
import { drawTrials, sourceOf } from "../../../support/trialWorlds.ts";

it("is the part of what is known that was learnt from when the blend was chosen, whatever is tested", () => {
  const roles = Uint8Array.from([learned, learned, learned, validated, tested, tested]);
  expect(countScale(roles)).toBe(0.75);
  expect(countScale(Uint8Array.from([tested]))).toBe(1);
});

it("brings the counts of twice as many trials back to what they were", () => {
  const trials = [...drawTrials("heavyTail", 400, 1)];
  const countsOf = (times: number, scale: number): readonly number[] => {
    const source = sourceOf(Array.from({ length: times }, () => trials).flat());
    const setting = { visitors: 20_000, items: 5_000, categories: 30, kinds: 1, places: 99 };
    const span = { firstMs: 0, spanMs: 1, countScale: scale, seed: 1 };
    const effects = createPlainEffects({ ...setting, ...span });
    const counts: number[] = [];
    source.forEachBatch((batch) => {
      for (let at = 0; at < batch.rows; at++) effects.learn(batch, at);
    });
    effects.shrink();
    const signals = new Float64Array(effects.names.length);
    source.forEachBatch((batch) => {
      effects.write(batch, 0, signals, 0);
      counts.push(signals.at(-1) ?? 0, signals.at(-2) ?? 0);
    });
    return counts.slice(0, 2);
  };
  expect(countsOf(2, 0.5)).toEqual(countsOf(1, 1));
  expect(countsOf(2, 1)[0]).toBeGreaterThan(countsOf(1, 1)[0] ?? 9);
});
