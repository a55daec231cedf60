import type { CampaignDayCounts } from "./lakePorts.ts";

/** What is counted, in the order in which it is shown. */
export const countedFigures = [
  "impressions",
  "viewables",
  "clicks",
  "conversions",
  "spendMicros",
] as const;
export type CountedFigure = (typeof countedFigures)[number];
export type Figures = Readonly<Record<CountedFigure, number>>;

/** One campaign and day, as the lake and as the ledger count it. */
export interface ComparedDay {
  readonly day: string;
  readonly campaignId: number;
  readonly lake: Figures;
  readonly ledger: Figures;
  /** Lake less ledger. */
  readonly difference: Figures;
  readonly isEqual: boolean;
}

const nothing: Figures = {
  impressions: 0,
  viewables: 0,
  clicks: 0,
  conversions: 0,
  spendMicros: 0,
};

/** Puts the two counts beside each other, by day and campaign; who has no row has counted nothing. */
export function compareLake(
  lake: readonly CampaignDayCounts[],
  ledger: readonly CampaignDayCounts[],
): readonly ComparedDay[] {
  const ofLake = byKey(lake);
  const ofLedger = byKey(ledger);
  const keys = [...new Map([...ofLake, ...ofLedger]).values()];
  return keys
    .map(({ day, campaignId }) => {
      const key = keyOf({ day, campaignId });
      return compare(day, campaignId, ofLake.get(key) ?? nothing, ofLedger.get(key) ?? nothing);
    })
    .sort((a, b) => (a.day === b.day ? a.campaignId - b.campaignId : a.day < b.day ? -1 : 1));
}

/** The sum of many days. */
export function sumFigures(days: readonly Figures[]): Figures {
  return figures((figure) => days.reduce((sum, day) => sum + day[figure], 0));
}

function compare(day: string, campaignId: number, lake: Figures, ledger: Figures): ComparedDay {
  const difference = figures((figure) => lake[figure] - ledger[figure]);
  const isEqual = countedFigures.every((figure) => difference[figure] === 0);
  return { day, campaignId, lake: figuresOf(lake), ledger: figuresOf(ledger), difference, isEqual };
}

function figuresOf(counts: Figures): Figures {
  return figures((figure) => counts[figure]);
}

function figures(of: (figure: CountedFigure) => number): Figures {
  const [impressions, viewables, clicks, conversions, spendMicros] = [
    of("impressions"),
    of("viewables"),
    of("clicks"),
    of("conversions"),
    of("spendMicros"),
  ];
  return { impressions, viewables, clicks, conversions, spendMicros };
}

function byKey(days: readonly CampaignDayCounts[]): ReadonlyMap<string, CampaignDayCounts> {
  return new Map(days.map((day) => [keyOf(day), day]));
}

function keyOf({ day, campaignId }: { readonly day: string; readonly campaignId: number }): string {
  return `${day} ${campaignId}`;
}
