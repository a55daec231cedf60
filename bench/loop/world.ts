import { createRandom, createWeightedDraw, type Random } from "../../src/demo/random.ts";
import { demoCategories, demoSegments } from "../../src/demo/segments.ts";
import { everybodysTaste, visitorProfiles } from "../../src/demo/visitorProfiles.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";
import { buildCampaign } from "../../test/support/campaignBuilder.ts";
import type { LoopOptions } from "./options.ts";

/** Somebody with tastes that no server sees. */
export interface LoopVisitor {
  readonly index: number;
  readonly visitorId: string;
  /** Segments in which the visitor really wants something. */
  readonly wants: ReadonlySet<number>;
  /** One who allows profiles. */
  readonly consents: boolean;
  /** The first day on the site. */
  readonly firstDay: number;
  readonly visitChance: number;
  readonly drawCategory: (random: Random) => number;
}

export const segmentIds = demoSegments.map((_, index) => index + 1);
export const categories = demoCategories;
const mostWanted = 3;

/** The visitors: six kinds of people, each of whom wants one to three things at the moment. A third come when ads are shown. */
export function drawVisitors(options: LoopOptions): readonly LoopVisitor[] {
  const random = createRandom(options.seed);
  const drawKind = createWeightedDraw(visitorProfiles.map(({ share }) => share));
  return Array.from({ length: options.visitors }, (_, index) => {
    const { tastes } = visitorProfiles[drawKind(random)]!;
    const wants = new Set<number>();
    const drawWanted = createWeightedDraw(
      demoSegments.map((segment) =>
        segment.categories.reduce((sum, category) => sum + (tastes[category] ?? 0.2), 0),
      ),
    );
    const wanted = random.integer(1, mostWanted);
    while (wants.size < wanted) wants.add(segmentIds[drawWanted(random)]!);
    const weights = categories.map((category) => {
      const isWanted = [...wants].some((id) => categoriesOf(id).includes(category));
      return (tastes[category] ?? everybodysTaste) * (isWanted ? options.focus : 1);
    });
    return {
      index,
      visitorId: `visitor-${options.seed}-${index}`,
      wants,
      consents: random.chance(0.85),
      firstDay: random.chance(1 / 3)
        ? options.historyDays + random.integer(0, options.adDays - 1)
        : random.integer(0, options.historyDays - 1),
      visitChance: 0.15 + 0.5 * random.next(),
      drawCategory: createWeightedDraw(weights),
    };
  });
}

export function categoriesOf(segmentId: number): readonly string[] {
  return demoSegments[segmentId - 1]?.categories ?? [];
}

/** Whether a page is about something that the visitor wants. */
export function isWantedBy({ wants }: LoopVisitor, category: string): boolean {
  return [...wants].some((id) => categoriesOf(id).includes(category));
}

/**
 * Shops of each segment: one that is shown on its own pages, and two that are shown anywhere and pay for people. All bid about
 * the same, so that nobody wins by money alone.
 */
export function drawCampaigns(seed: number): readonly ServableCampaign[] {
  const random = createRandom(seed ^ 0x5eed);
  return demoSegments.flatMap(({ name, categories: wantedCategories }, index) =>
    [0, 1, 2].map((kind) => {
      const campaignId = index * 3 + kind + 1;
      const segmentId = index + 1;
      return buildCampaign({
        campaignId,
        name: `${name} ${kind}`,
        trade: `métier ${campaignId}`,
        bidMicros: 1_000 * random.integer(2_700, 3_300),
        ...(kind === 0
          ? { wantedCategories }
          : { audience: [{ segmentId, segmentName: name, minScore: null, multiplier: 3 }] }),
      });
    }),
  );
}

/** What a campaign offers. */
export function segmentOfCampaign(campaignId: number): number {
  return Math.ceil(campaignId / 3);
}

const anybodysRate = 0.003;

/** The truth: how probable a click is. */
export function trueClickRate(visitor: LoopVisitor, campaignId: number, category: string): number {
  const segmentId = segmentOfCampaign(campaignId);
  const wanted = visitor.wants.has(segmentId) ? 7 : 1;
  const fits = categoriesOf(segmentId).includes(category) ? 1.3 : 1;
  return anybodysRate * wanted * fits;
}
