import {
  createCalibrationSample,
  fitPlatt,
  plattCalibration,
} from "../../src/audience/models/calibration.ts";
import { createBucketOf } from "../../src/audience/models/featureHash.ts";
import { createFtrl } from "../../src/audience/models/ftrl.ts";
import { packScores } from "../../src/audience/packedScores.ts";
import type { LoopOptions } from "./options.ts";
import { dayStartMs, type LoopPage, pagesOf } from "./visits.ts";
import { categoriesOf, type LoopVisitor, segmentIds } from "./world.ts";

/** A model as of the last day of history: who will look at a segment's pages within a week. */
export interface LoopScores {
  /** Packed, by visitor key; null = the model does not know the visitor. */
  readonly packedOf: (visitorKey: string) => Buffer | null;
  readonly scored: number;
  readonly trials: number;
}

export const modelVersion = 1;
/** What a label is made of: the days after the features'. */
const labelDays = 5;
const halfLivesDays = [2, 10];
const lifeMs = 35 * 86_400_000;

/**
 * Learns from history alone: features as of some days before its end, labels of the days after them; then scores everybody as
 * of its end. Nothing that comes later is seen. FTRL over hashed features, calibrated on visitors that it did not learn from.
 */
export function scoreVisitors(
  options: LoopOptions,
  visitors: readonly LoopVisitor[],
  visitorKeyOf: (visitorId: string) => string,
): LoopScores {
  const known = visitors.filter(
    ({ consents, firstDay }) => consents && firstDay < options.historyDays,
  );
  const trainDay = options.historyDays - labelDays;
  const bucketOf = createBucketOf(100_000);
  const model = createFtrl({ alpha: 0.1, beta: 1, l1: 0.5, l2: 1 });
  const sample = createCalibrationSample();
  let trials = 0;
  for (const pass of [0, 1, 2])
    for (const visitor of known) {
      const pages = historyOf(options, visitor);
      const isHeldBack = visitor.index % 5 === 0;
      if (isHeldBack !== (pass === 2)) continue;
      const before = pages.filter(({ day }) => day < trainDay);
      const after = pages.filter(({ day }) => day >= trainDay);
      for (const segmentId of segmentIds) {
        const { buckets, values } = featuresOf(before, segmentId, trainDay, bucketOf);
        const label = isInMarket(after, segmentId) ? 1 : 0;
        trials += 1;
        if (isHeldBack) sample.add(model.predict(buckets, values), label);
        else model.learn(buckets, values, label);
      }
    }
  const calibrate = plattCalibration(fitPlatt(sample.bins()));
  const packed = new Map<string, Buffer>();
  const expiresAtSeconds = (dayStartMs(options.historyDays) + lifeMs) / 1_000;
  for (const visitor of known) {
    const pages = historyOf(options, visitor);
    const scores = new Map<number, number>();
    for (const segmentId of segmentIds) {
      const { buckets, values } = featuresOf(pages, segmentId, options.historyDays, bucketOf);
      scores.set(segmentId, calibrate(model.predict(buckets, values)));
    }
    const key = visitorKeyOf(visitor.visitorId);
    packed.set(key, packScores({ modelVersion, expiresAtSeconds, scores }));
  }
  return { packedOf: (key) => packed.get(key) ?? null, scored: packed.size, trials };
}

function historyOf(options: LoopOptions, visitor: LoopVisitor): readonly LoopPage[] {
  const days = Array.from({ length: options.historyDays }, (_, day) => day);
  return days.flatMap((day) => pagesOf(options, visitor, day));
}

/** In the market for something is who opens listings of it, twice at least, or writes to a seller. */
function isInMarket(pages: readonly LoopPage[], segmentId: number): boolean {
  const own = categoriesOf(segmentId);
  const listings = pages.filter(
    ({ category, kind }) => kind !== "page_view" && own.includes(category),
  );
  return listings.length >= 2 || listings.some(({ kind }) => kind === "contact");
}

/** Decayed looks at the segment's pages and at all others, over two half-lives. */
function featuresOf(
  pages: readonly LoopPage[],
  segmentId: number,
  asOfDay: number,
  bucketOf: (name: string) => number,
) {
  const own = categoriesOf(segmentId);
  const buckets = [bucketOf(`segment ${segmentId}`), bucketOf("all")];
  const values = [1, 1];
  const add = (name: string, value: number): void => {
    buckets.push(bucketOf(name), bucketOf(`segment ${segmentId} ${name}`));
    values.push(value, value);
  };
  for (const halfLife of halfLivesDays) {
    let all = 0;
    const inSegment = { page_view: 0, search: 0, listing_view: 0, contact: 0, deposit: 0 };
    for (const { day, category, kind } of pages) {
      const weight = 2 ** (-(asOfDay - day) / halfLife);
      all += weight;
      if (own.includes(category)) inSegment[kind] += weight;
    }
    const looks = inSegment.page_view + inSegment.listing_view + inSegment.contact;
    add(`looks ${halfLife}`, Math.log1p(looks));
    add(`listings ${halfLife}`, Math.log1p(inSegment.listing_view));
    add(`contacts ${halfLife}`, Math.log1p(inSegment.contact));
    add(`share ${halfLife}`, looks / (all + 1));
    add(`pages ${halfLife}`, Math.log1p(all));
  }
  return { buckets, values };
}
