import { describe, expect, test } from "vitest";
import {
  type Chances,
  estimateOffPolicy,
  greedyPolicy,
  type LoggedChoices,
  type Policy,
  uniformPolicy,
  weightedPolicy,
} from "../../../src/audience/offPolicy.ts";
import { createRandom } from "../../../src/demo/random.ts";

/** A log whose truth is known: 20 campaigns of three creatives each, chosen by chances that differ from campaign to campaign. */
function simulatedLog(seed: number, perCampaign: number) {
  const random = createRandom(seed).next;
  const groups: LoggedChoices[] = [];
  const rates = new Map<number, number>();
  for (let campaignId = 1; campaignId <= 20; campaignId++) {
    const raw = [0.2 + random(), 0.2 + random(), 0.2 + random()];
    const total = raw.reduce((sum, one) => sum + one, 0);
    const choices: Chances = raw.map((one, index) => [campaignId * 10 + index, one / total]);
    for (const [creativeId] of choices) rates.set(creativeId, 0.01 + 0.05 * random());
    const counts = new Map(choices.map(([id]) => [id, { impressions: 0, clicks: 0 }]));
    for (let view = 0; view < perCampaign; view++) {
      const chosen = chooseBy(choices, random());
      const count = counts.get(chosen)!;
      count.impressions += 1;
      if (random() < rates.get(chosen)!) count.clicks += 1;
    }
    for (const [creativeId, propensity] of choices)
      groups.push({ campaignId, creativeId, propensity, choices, ...counts.get(creativeId)! });
  }
  const truthOf = (policy: Policy): number => {
    const values = groups.map((group) => policy(group) * rates.get(group.creativeId)!);
    return values.reduce((sum, one) => sum + one, 0) / 20;
  };
  return { groups, rates, truthOf };
}

function chooseBy(choices: Chances, chance: number): number {
  let left = chance;
  for (const [creativeId, share] of choices) {
    left -= share;
    if (left < 0) return creativeId;
  }
  return choices.at(-1)![0];
}

describe("an estimate of another policy", () => {
  test("has the truth within its 95 % interval about as often as it says", () => {
    let within = 0;
    const seeds = 120;
    for (let seed = 1; seed <= seeds; seed++) {
      const { groups, truthOf } = simulatedLog(seed, 300);
      const estimate = estimateOffPolicy(groups, greedyPolicy);
      const truth = truthOf(greedyPolicy);
      if (estimate !== null && estimate.policy.low <= truth && truth <= estimate.policy.high)
        within += 1;
    }
    // 95 % of 120, and four standard deviations.
    expect(within / seeds).toBeGreaterThan(0.87);
    expect(within / seeds).toBeLessThan(1);
  });

  test("knows how uncertain a lift is where clicks of both are the same clicks", () => {
    const choices: Chances = [
      [1, 0.5],
      [2, 0.5],
    ];
    const shown = { campaignId: 1, propensity: 0.5, choices, impressions: 1_000 };
    const groups = [
      { ...shown, creativeId: 1, clicks: 100 },
      { ...shown, creativeId: 2, clicks: 0 },
    ];
    // All clicks are of creative 1: the lift is 1 over its share of the ads, less 1, whatever its rate.
    const { lift } = estimateOffPolicy(groups, weightedPolicy(new Map([[1, 1]])))!;
    const deviation = 2 / Math.sqrt(2_000);
    expect(lift.value).toBeCloseTo(1, 10);
    expect(lift.high - lift.value).toBeCloseTo(1.96 * deviation, 10);
  });

  test("tells a better policy from the one that was logged, with what it brings", () => {
    const { groups, rates, truthOf } = simulatedLog(7, 8_000);
    const best = weightedPolicy(
      new Map(
        [...Map.groupBy(groups, ({ campaignId }) => campaignId).values()].map((of) => {
          const ids = of.map(({ creativeId }) => creativeId);
          return [ids.reduce((so, id) => (rates.get(id)! > rates.get(so)! ? id : so)), 1];
        }),
      ),
    );
    const estimate = estimateOffPolicy(groups, best)!;
    const logged: Policy = ({ propensity }) => propensity;
    const truth = truthOf(best) / truthOf(logged) - 1;
    expect(estimate.lift.low).toBeGreaterThan(0.1);
    expect(Math.abs(estimate.lift.value - truth)).toBeLessThan(0.05);
    expect(estimate.meanWeight).toBeCloseTo(1, 1);
    expect(estimate.effectiveImpressions).toBeLessThan(estimate.impressions);
  });

  test("of the logged policy itself is what was logged, without any doubt about the difference", () => {
    const { groups } = simulatedLog(3, 500);
    const same = estimateOffPolicy(groups, ({ propensity }) => propensity)!;
    expect(same.policy).toEqual(same.logged);
    expect(same.lift).toEqual({ value: 0, low: 0, high: 0 });
    expect(same.effectiveImpressions).toBeCloseTo(same.impressions);
  });

  test("of what was never done there is none, and a propensity of nothing is refused", () => {
    const one: LoggedChoices = {
      campaignId: 1,
      creativeId: 10,
      propensity: 0.5,
      choices: [
        [10, 0.5],
        [11, 0.5],
      ],
      impressions: 4,
      clicks: 1,
    };
    expect(estimateOffPolicy([one], weightedPolicy(new Map([[11, 1]])))).toBeNull();
    expect(estimateOffPolicy([], uniformPolicy)).toBeNull();
    expect(() => estimateOffPolicy([{ ...one, propensity: 0 }], uniformPolicy)).toThrow(RangeError);
    const rare = { ...one, propensity: 0.001 };
    expect(estimateOffPolicy([rare, one], uniformPolicy)?.clippedShare).toBe(0.5);
  });
});
