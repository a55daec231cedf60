import { bucketOf } from "../../src/audience/models/featureHash.ts";
import { createSeededRandom } from "../../src/audience/models/seededRandom.ts";
import {
  nameColumns,
  type TrialBatch,
  type TrialSource,
} from "../../src/audience/models/trials.ts";

/** A trial as files have it. */
export interface Trial {
  readonly visitor: string;
  readonly item: string;
  readonly category: string;
  readonly kind: string;
  readonly place: string;
  readonly value: 0 | 1;
  readonly timestampMs: number;
}

export type WorldName =
  | "popularity"
  | "tastes"
  | "seasons"
  | "heavyTail"
  | "noise"
  | "visitorsOnly"
  | "categories"
  | "drift"
  | "newItems"
  | "rareClicks"
  | "bursts";

interface World {
  readonly visitors: number;
  readonly items: number;
  readonly categories: number;
  /** How uneven visitors and items come: 0 = all alike. */
  readonly skew: number;
  /** For which part of the time a visitor is there; half of it unless said. */
  readonly stay?: number;
  /** Whether items come one after another, as visitors do, and none goes. */
  readonly itemsCome?: boolean;
  /** The logit of the outcome. */
  readonly logit: (
    visitor: number,
    item: number,
    category: number,
    time: number,
    traits: Traits,
  ) => number;
}

interface Traits {
  readonly visitorBias: Float64Array;
  readonly itemBias: Float64Array;
  readonly visitorTastes: Float64Array;
  readonly itemTastes: Float64Array;
  readonly categoryTastes: Float64Array;
  readonly tastes: number;
}

const tastes = 5;

const worlds: Readonly<Record<WorldName, World>> = {
  popularity: {
    visitors: 800,
    items: 200,
    categories: 10,
    skew: 1,
    logit: (_, item, __, ___, { itemBias }) => -1.2 + 1.1 * (itemBias[item] ?? 0),
  },
  tastes: {
    visitors: 900,
    items: 1_200,
    categories: 18,
    skew: 1.2,
    logit: (visitor, item, _, __, traits) =>
      0.2 +
      0.7 * (traits.visitorBias[visitor] ?? 0) +
      0.9 * (traits.itemBias[item] ?? 0) +
      0.6 * product(traits.visitorTastes, visitor, traits.itemTastes, item),
  },
  seasons: {
    visitors: 2_000,
    items: 300,
    categories: 8,
    skew: 1,
    logit: (visitor, item, category, time, traits) =>
      -2 +
      0.5 * (traits.visitorBias[visitor] ?? 0) +
      0.5 * (traits.itemBias[item] ?? 0) +
      0.9 * Math.sin(2 * Math.PI * time * 3 + category) +
      0.8 * time * (traits.itemTastes[item * tastes] ?? 0) +
      0.5 * Math.cos(time * 180 * 2 * Math.PI),
  },
  heavyTail: {
    visitors: 20_000,
    items: 5_000,
    categories: 30,
    skew: 2.5,
    logit: (visitor, item, category, _, traits) =>
      -2.6 +
      0.6 * (traits.visitorBias[visitor] ?? 0) +
      0.7 * (traits.itemBias[item] ?? 0) +
      0.8 * product(traits.visitorTastes, visitor, traits.categoryTastes, category),
  },
  noise: { visitors: 500, items: 100, categories: 6, skew: 1, logit: () => -1.5 },
  visitorsOnly: {
    visitors: 1_500,
    items: 400,
    categories: 10,
    skew: 0.8,
    logit: (visitor, _, __, ___, { visitorBias }) => -0.5 + 1.2 * (visitorBias[visitor] ?? 0),
  },
  categories: {
    visitors: 1_500,
    items: 2_000,
    categories: 12,
    skew: 0.8,
    logit: (visitor, _, category, __, { visitorTastes, categoryTastes }) =>
      -1 + 0.8 * product(visitorTastes, visitor, categoryTastes, category),
  },
  drift: {
    visitors: 1_500,
    items: 300,
    categories: 10,
    skew: 1,
    logit: (visitor, item, _, time, traits) =>
      -1.5 +
      1.5 * time +
      0.5 * (traits.visitorBias[visitor] ?? 0) +
      (1 - time) * (traits.itemTastes[item * tastes] ?? 0) +
      time * (traits.itemTastes[item * tastes + 1] ?? 0),
  },
  newItems: {
    visitors: 2_000,
    items: 2_000,
    categories: 15,
    skew: 0.5,
    itemsCome: true,
    logit: (visitor, item, category, _, traits) =>
      -1 +
      0.4 * (traits.visitorBias[visitor] ?? 0) +
      0.8 * (traits.itemBias[item] ?? 0) +
      0.8 * (traits.categoryTastes[category * tastes] ?? 0),
  },
  rareClicks: {
    visitors: 8_000,
    items: 300,
    categories: 20,
    skew: 1.2,
    logit: (visitor, item, category, _, traits) =>
      -4.8 +
      0.6 * (traits.visitorBias[visitor] ?? 0) +
      0.6 * (traits.itemBias[item] ?? 0) +
      0.5 * product(traits.visitorTastes, visitor, traits.categoryTastes, category),
  },
  bursts: {
    visitors: 900,
    items: 1_200,
    categories: 18,
    skew: 1.2,
    stay: 0.01,
    logit: (visitor, item, _, __, traits) =>
      0.3 +
      0.6 * (traits.visitorBias[visitor] ?? 0) +
      0.8 * (traits.itemBias[item] ?? 0) +
      0.5 * product(traits.visitorTastes, visitor, traits.itemTastes, item),
  },
};

function product(of: Float64Array, first: number, and: Float64Array, second: number): number {
  let sum = 0;
  for (let taste = 0; taste < tastes; taste++)
    sum += (of[first * tastes + taste] ?? 0) * (and[second * tastes + taste] ?? 0);
  return sum;
}

const startMs = Date.UTC(2026, 0, 1);
const spanMs = 180 * 86_400_000;

/** Trials of a world whose truth is known, in the order of time. The same seed gives the same trials. */
export function* drawTrials(name: WorldName, rows: number, seed: number): Generator<Trial> {
  const world = worlds[name];
  const random = createSeededRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const draw = (count: number): Float64Array => new Float64Array(count).map(normal);
  const traits: Traits = {
    visitorBias: draw(world.visitors),
    itemBias: draw(world.items),
    visitorTastes: draw(world.visitors * tastes),
    itemTastes: draw(world.items * tastes),
    categoryTastes: draw(world.categories * tastes),
    tastes,
  };
  // Visitors come one after another: each is there for a part of the time.
  const begins = new Float64Array(world.visitors).map(() => random() * 1.3 - 0.3);
  const pick = (count: number): number => Math.floor(random() ** (1 + world.skew) * count);
  const stay = world.stay ?? 0.5;
  for (let row = 0; row < rows; row++) {
    const time = row / rows;
    let visitor = pick(world.visitors);
    for (let tries = 0; tries < 10 / stay; tries++) {
      const age = time - (begins[visitor] ?? 0);
      if (age >= 0 && age < stay) break;
      visitor = pick(world.visitors);
    }
    // Each item is there from a time on that has nothing to do with how often it comes.
    let item = pick(world.items);
    while (world.itemsCome === true && ((item * 0.618034) % 1) * 1.3 - 0.3 > time)
      item = pick(world.items);
    const category = item % world.categories;
    const logit = world.logit(visitor, item, category, time, traits);
    yield {
      visitor: `v${visitor}`,
      item: `i${item}`,
      category: `c${category}`,
      kind: "impression",
      place: visitor % 4 === 0 ? "" : `${10 + (visitor % 80)}`,
      value: random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0,
      timestampMs: Math.floor(startMs + time * spanMs),
    };
  }
}

/** Trials in the order of time as a source of parts of `batchRows`. */
export function sourceOf(trials: readonly Trial[], batchRows = 1_000): TrialSource {
  const numbers = nameColumns.map((column) => {
    const known = new Map<string, number>();
    for (const trial of trials) if (!known.has(trial[column])) known.set(trial[column], known.size);
    return known;
  });
  const names = (index: number): Int32Array =>
    Int32Array.from([...(numbers[index]?.keys() ?? [])], (name) =>
      bucketOf(`${nameColumns[index]}=${name}`),
    );
  const batches: TrialBatch[] = [];
  for (let first = 0; first < trials.length; first += batchRows) {
    const part = trials.slice(first, first + batchRows);
    const column = (index: number): Int32Array =>
      Int32Array.from(
        part,
        (trial) => numbers[index]?.get(trial[nameColumns[index] ?? "item"]) ?? 0,
      );
    batches.push({
      rows: part.length,
      visitor: column(0),
      item: column(1),
      category: column(2),
      kind: column(3),
      place: column(4),
      timestampMs: Float64Array.from(part, ({ timestampMs }) => timestampMs),
      outcome: Uint8Array.from(part, ({ value }) => value),
    });
  }
  return {
    rows: trials.length,
    names: {
      visitor: names(0),
      item: names(1),
      category: names(2),
      kind: names(3),
      place: names(4),
    },
    forEachBatch(handle) {
      for (const [index, batch] of batches.entries()) handle(batch, index * batchRows);
    },
  };
}
