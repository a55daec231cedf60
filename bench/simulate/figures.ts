import { addDays, budgetDayBounds } from "../../src/budgets/budgetDay.ts";
import { type LedgerEntry, sumBy } from "./books.ts";
import {
  billableKind,
  type CampaignClass,
  eventPriceMicros,
  eventsPerView,
  renderedShare,
  type SimulatedPricing,
} from "./campaigns.ts";
import { cumulativeShares } from "./curve.ts";
import type { Options } from "./options.ts";
import type { SimulatedCampaign } from "./setUp.ts";

/** The plan is compared with what was spent at the end of each of these. */
export const stepMs = 600_000;
export const hourSteps = 6;

/** One campaign on one budget day. */
export interface CampaignDay {
  readonly campaign: SimulatedCampaign;
  readonly day: string;
  readonly budgetMicros: number;
  readonly spentMicros: number;
  /** Billable events that found no money. */
  readonly freeEvents: number;
  /** What the day's rendered pages in its zone would have been worth, as a multiple of the budget. */
  readonly supplyRatio: number;
  /** |spent − plan| as a share of the budget: mean and worst over the day; NaN without a plan. */
  readonly meanError: number;
  readonly worstError: number;
  /** When it was worst, ms. */
  readonly worstAtMs: number;
  /** Cumulated, micros, at the end of each step. */
  readonly planMicros: readonly number[];
  readonly spendMicros: readonly number[];
}

export interface GroupFigures {
  readonly name: string;
  readonly campaignDays: number;
  readonly budgetMicros: number;
  readonly spentMicros: number;
  readonly meanError: number;
  readonly worstError: number;
  readonly meanDelivery: number;
  readonly worstDelivery: number;
  readonly supplyRatio: number;
}

/** Pages by area, budget day and commune, as the coordinator dealt them. */
export type PageCounts = ReadonlyMap<string, number>;
export const pageKey = (area: number, day: string, inseeCode: string): string =>
  `${area} ${day} ${inseeCode}`;

/** Every campaign on every simulated day. */
export function campaignDays(
  options: Options,
  campaigns: readonly SimulatedCampaign[],
  entries: readonly LedgerEntry[],
  pages: PageCounts,
): readonly CampaignDay[] {
  const byDay = Map.groupBy(entries, ({ campaignId, day }) => `${campaignId} ${day}`);
  const days = Array.from({ length: options.days }, (_, index) => addDays(options.from, index));
  return campaigns.flatMap((campaign) =>
    days.map((day) => {
      const own = byDay.get(`${campaign.campaignId} ${day}`) ?? [];
      return campaignDay(campaign, day, own, supplyOf(campaign, day, pages));
    }),
  );
}

function campaignDay(
  campaign: SimulatedCampaign,
  day: string,
  entries: readonly LedgerEntry[],
  supplyMicros: number,
): CampaignDay {
  const { startMs, endMs } = budgetDayBounds(day);
  const { dailyBudgetMicros: budgetMicros, area } = campaign;
  const shares = cumulativeShares(area.curve, { startMs, endMs }, stepMs, 0).map((share) =>
    plannedShare(campaign.pacing, share),
  );
  const perStep = shares.map(() => 0);
  for (const { occurredAtMs, amountMicros } of entries) {
    const step = Math.min(perStep.length - 1, Math.floor((occurredAtMs - startMs) / stepMs));
    perStep[step] = (perStep[step] ?? 0) + amountMicros;
  }
  let sum = 0;
  const spendMicros = perStep.map((micros) => (sum += micros));
  const errors = shares.map((share, step) => Math.abs(spendMicros[step]! / budgetMicros - share));
  return {
    campaign,
    day,
    budgetMicros,
    spentMicros: sum,
    freeEvents: entries.filter((entry) => isFree(entry, campaign)).length,
    supplyRatio: supplyMicros / budgetMicros,
    meanError: errors.reduce((total, error) => total + error, 0) / errors.length,
    worstError: Math.max(...errors),
    worstAtMs: startMs + (errors.indexOf(Math.max(...errors)) + 1) * stepMs,
    planMicros: shares.map((share) => share * budgetMicros),
    spendMicros,
  };
}

/** The share of its money that a campaign is to have spent when a share of the day's traffic has passed (docs/simulation.md). */
function plannedShare(pacing: SimulatedCampaign["pacing"], traffic: number): number {
  if (pacing === "asap") return Number.NaN;
  return pacing === "even" ? traffic : traffic * (1.5 - 0.5 * traffic);
}

function supplyOf(campaign: SimulatedCampaign, day: string, pages: PageCounts): number {
  const { area, communes } = campaign;
  const perPage = eventPriceMicros(campaign) * eventsPerView(campaign);
  let seen = 0;
  for (const inseeCode of communes) seen += pages.get(pageKey(area.index, day, inseeCode)) ?? 0;
  return seen * renderedShare * perPage;
}

const sizes = { metropolis: "20k a day", town: "2k a day", village: "300 a day" } as const;

/** Figures by class and size of the area. */
export function groupFigures(days: readonly CampaignDay[]): readonly GroupFigures[] {
  const groups = Map.groupBy(
    days,
    ({ campaign }) => `${campaign.campaignClass}, ${sizes[campaign.area.kind]}`,
  );
  return [...groups].map(([name, members]) => figuresOf(name, members));
}

export function figuresOf(name: string, days: readonly CampaignDay[]): GroupFigures {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const delivered = days.map((day) => day.spentMicros / day.budgetMicros);
  return {
    name,
    campaignDays: days.length,
    budgetMicros: days.reduce((sum, day) => sum + day.budgetMicros, 0),
    spentMicros: days.reduce((sum, day) => sum + day.spentMicros, 0),
    meanError: mean(days.map((day) => day.meanError)),
    worstError: Math.max(0, ...days.map((day) => day.worstError)),
    meanDelivery: mean(delivered),
    worstDelivery: Math.min(...delivered),
    supplyRatio: mean(days.map((day) => day.supplyRatio)),
  };
}

const paced: readonly CampaignClass[] = ["CPM even", "vCPM even", "CPC even, 500 clicks a day"];

/** The days by which pacing is judged: even, not capped, paid by view or often clicked, with twice the supply. */
export function judgedDays(days: readonly CampaignDay[]): readonly CampaignDay[] {
  return days.filter(
    ({ campaign, supplyRatio }) => paced.includes(campaign.campaignClass) && supplyRatio >= 2,
  );
}

/** Campaigns of a few clicks a day that came farther from their plan than chance allows, or left more than one bid. */
export function fewClicksMisses(days: readonly CampaignDay[]): readonly string[] {
  return days
    .filter(
      ({ campaign, supplyRatio }) =>
        campaign.campaignClass === "CPC even, few clicks" && supplyRatio >= 2,
    )
    .flatMap(({ campaign, day, budgetMicros, spentMicros, worstError }) => {
      const { bidMicros, name } = campaign;
      const allowed = bidMicros * (1 + 2 * Math.sqrt(budgetMicros / bidMicros));
      const misses: string[] = [];
      if (worstError * budgetMicros > allowed)
        misses.push(`${name}, ${day}: ${(worstError * 100).toFixed(0)} % from the plan`);
      if (spentMicros < budgetMicros - bidMicros)
        misses.push(`${name}, ${day}: ${((100 * spentMicros) / budgetMicros).toFixed(0)} % spent`);
      return misses;
    });
}

export interface Overspend {
  readonly what: string;
  readonly overMicros: number;
}

/** Every limit that the ledger passes: of a campaign-day, a campaign in all, an advertiser's balance. */
export function overspends(
  campaigns: readonly SimulatedCampaign[],
  entries: readonly LedgerEntry[],
): readonly Overspend[] {
  const found: Overspend[] = [];
  const check = (what: string, spent: number, limit: number | null) => {
    if (limit !== null && spent > limit) found.push({ what, overMicros: spent - limit });
  };
  const byId = new Map(campaigns.map((campaign) => [campaign.campaignId, campaign]));
  for (const [key, spent] of sumBy(entries, ({ campaignId, day }) => `${campaignId} ${day}`)) {
    const campaign = byId.get(Number(key.split(" ")[0]));
    check(`campaign and day ${key}`, spent, campaign?.dailyBudgetMicros ?? null);
  }
  for (const [campaignId, spent] of sumBy(entries, ({ campaignId }) => campaignId))
    check(`campaign ${campaignId}`, spent, byId.get(campaignId)?.totalBudgetMicros ?? null);
  const advertiserOf = (id: number) => byId.get(id)?.advertiserId ?? 0;
  for (const [advertiserId, spent] of sumBy(entries, (it) => advertiserOf(it.campaignId))) {
    const balance = campaigns.find((it) => it.advertiserId === advertiserId)?.balanceMicros ?? null;
    check(`advertiser ${advertiserId}`, spent, balance);
  }
  return found;
}

export interface FreeDelivery {
  readonly chargedMicros: number;
  readonly freeMicros: number;
  /** Free events by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Uncharged because nobody is thought to stand behind them: no free delivery. */
  readonly invalid: Readonly<Record<string, number>>;
}

/** A billable event that somebody caused and for which there was no money. */
function isFree({ kind, reason }: LedgerEntry, { pricing }: SimulatedCampaign): boolean {
  return reason !== null && kind === billableKind[pricing] && !reason.startsWith("invalid:");
}

/** What shops got for nothing because money had run out: worth of uncharged billable events beside what was charged. */
export function freeDelivery(
  pricings: readonly SimulatedPricing[],
  campaigns: readonly SimulatedCampaign[],
  entries: readonly LedgerEntry[],
): FreeDelivery {
  const counted = new Map(
    campaigns
      .filter(({ pricing }) => pricings.includes(pricing))
      .map((campaign) => [campaign.campaignId, campaign]),
  );
  const reasons: Record<string, number> = {};
  const invalid: Record<string, number> = {};
  let chargedMicros = 0;
  let freeMicros = 0;
  for (const entry of entries) {
    const { kind, amountMicros, reason } = entry;
    const campaign = counted.get(entry.campaignId);
    if (campaign === undefined) continue;
    chargedMicros += amountMicros;
    if (reason === null || kind !== billableKind[campaign.pricing]) continue;
    const isMoney = isFree(entry, campaign);
    if (isMoney) freeMicros += eventPriceMicros(campaign);
    const list = isMoney ? reasons : invalid;
    list[reason] = (list[reason] ?? 0) + 1;
  }
  return { chargedMicros, freeMicros, reasons, invalid };
}
