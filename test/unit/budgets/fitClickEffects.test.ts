import { describe, expect, test } from "vitest";
import {
  type ClickRow,
  fitClickEffects,
  predictClickRate,
} from "../../../src/budgets/fitClickEffects.ts";
import { createRandom } from "../../../src/demo/random.ts";
import { clickCeiling, maxClickFactor } from "../../../src/targeting/clickEffects.ts";

/** A world whose truth is known: rates of campaigns and creatives, and factors of contexts. */
function worldOf(seed: number, spread: number) {
  const random = createRandom(seed).next;
  const factor = () => Math.exp(spread * (random() + random() + random() - 1.5));
  const campaigns = Array.from({ length: 40 }, () => 0.004 * Math.exp(random() - 0.5));
  const creatives = Array.from({ length: 80 }, factor);
  const placements = Array.from({ length: 5 }, factor);
  const categories = Array.from({ length: 12 }, factor);
  const hours = Array.from({ length: 24 }, (_, hour) => 1 + spread * 0.5 * Math.sin(hour / 4));
  const distances = Array.from({ length: 7 }, (_, band) => 1 + spread * 0.3 * (2 - band / 2));
  const rateOf = (row: ClickRow) =>
    campaigns[row.campaignId - 1]! *
    creatives[row.creativeId - 1]! *
    placements[Number(row.placementId)]! *
    categories[row.category]! *
    hours[row.hour]! *
    distances[row.distance]!;
  const draw = (views: number): readonly ClickRow[] =>
    Array.from({ length: 6_000 }, () => {
      const campaign = Math.floor(random() * 40);
      const row: ClickRow = {
        campaignId: campaign + 1,
        creativeId: 2 * campaign + 1 + (random() < 0.7 ? 0 : 1),
        // Campaigns do not stand everywhere alike: what is theirs must not be told of the place.
        placementId: String(Math.floor(random() * (1 + (campaign % 5)))),
        category: Math.floor(random() * 12),
        hour: Math.floor(24 * Math.sqrt(random())),
        distance: Math.floor(random() * 7),
        impressions: Math.ceil(views * random()),
        clicks: 0,
      };
      const mean = row.impressions * rateOf(row);
      return { ...row, clicks: poisson(mean, random) };
    });
  return { draw, rateOf, hours, distances };
}

function poisson(mean: number, random: () => number): number {
  let count = 0;
  for (let left = Math.exp(-mean), product = random(); product > left; product *= random())
    count += 1;
  return count;
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe("click effects", () => {
  test.each([1, 2, 3])("predict another day within 5 %, in all and by tenth (world %i)", (seed) => {
    const world = worldOf(seed, 0.8);
    const fitted = fitClickEffects(world.draw(400));
    const later = world.draw(400).map((row) => ({
      row,
      predicted: row.impressions * predictClickRate(fitted, row),
    }));
    const ratio = (rows: typeof later) =>
      total(rows.map(({ predicted }) => predicted)) / total(rows.map(({ row }) => row.clicks));
    expect(ratio(later)).toBeGreaterThan(0.95);
    expect(ratio(later)).toBeLessThan(1.05);
    const rateOf = ({ row, predicted }: (typeof later)[number]) => predicted / row.impressions;
    const ordered = later.toSorted((one, other) => rateOf(one) - rateOf(other));
    for (let tenth = 0; tenth < 10; tenth++) {
      const part = ordered.slice(tenth * 600, (tenth + 1) * 600);
      const clicks = total(part.map(({ row }) => row.clicks));
      // Four standard deviations of the count, and 5 % of model.
      const room = 0.05 + 4 / Math.sqrt(clicks);
      expect(Math.abs(ratio(part) - 1), `tenth ${tenth}, ${clicks} clicks`).toBeLessThan(room);
    }
  });

  test("know far more than campaigns' averages", () => {
    const world = worldOf(4, 0.8);
    const rows = world.draw(400);
    const fitted = fitClickEffects(rows);
    const plain = new Map(
      [...Map.groupBy(rows, ({ campaignId }) => campaignId)].map(([id, of]) => [
        id,
        total(of.map(({ clicks }) => clicks)) / total(of.map(({ impressions }) => impressions)),
      ]),
    );
    const loss = (rateOf: (row: ClickRow) => number) =>
      total(
        world.draw(400).map((row) => {
          const mean = row.impressions * rateOf(row);
          return mean - row.impressions * world.rateOf(row) * Math.log(mean);
        }),
      );
    expect(loss((row) => predictClickRate(fitted, row))).toBeLessThan(
      loss((row) => plain.get(row.campaignId)!),
    );
  });

  test("where nothing differs, noise teaches next to nothing", () => {
    const { effects, creatives } = fitClickEffects(worldOf(5, 0).draw(60));
    const factors = [
      ...effects.hours,
      ...effects.distances,
      ...effects.placements.values(),
      ...effects.categories.values(),
      ...[...creatives.values()].map(({ value }) => value),
    ];
    for (const factor of factors) expect(Math.abs(factor - 1)).toBeLessThan(0.25);
  });

  test("what was never shown is what its parts are, and no row is needed at all", () => {
    const none = fitClickEffects([]);
    const row = { ...worldOf(6, 0.5).draw(10)[0]!, campaignId: 999, placementId: "new" };
    expect(predictClickRate(none, row)).toBeCloseTo(0.004);
    expect(none.effects.hours).toHaveLength(24);
    expect(clickCeiling(none.effects)).toBe(1);
  });

  test("a wild context is cut: no campaign is bounded far above its rate", () => {
    const wild: ClickRow = {
      campaignId: 1,
      creativeId: 1,
      placementId: "p",
      category: 1,
      hour: 1,
      distance: 1,
      impressions: 10_000,
      clicks: 9_000,
    };
    const calm = { ...wild, placementId: "q", category: 2, hour: 2, distance: 2, clicks: 1 };
    const { effects, campaigns } = fitClickEffects([wild, calm]);
    expect(clickCeiling(effects)).toBeLessThanOrEqual(maxClickFactor);
    expect(campaigns.get(1)?.value).toBeLessThanOrEqual(1);
  });
});
