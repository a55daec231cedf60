import { latLngToCell } from "h3-js";
import { addDays, budgetDayBounds, budgetDayOf } from "../../budgets/budgetDay.ts";
import { encodeAreaKey } from "../../geo/areaKeys.ts";
import { destination } from "../../geo/sphere.ts";
import type { EventFacets } from "../../serving/eventFacets.ts";
import { categoryCode } from "../../serving/eventFacets.ts";
import type { LedgerEventKind, LedgerRow } from "../../serving/ledgerRow.ts";
import type { Pricing } from "../../targeting/types.ts";
import { createWeightedDraw, type Random } from "../random.ts";
import type { PastDelivery } from "./portfolioTypes.ts";

/** A commune where a campaign was seen. */
export interface PastTown {
  readonly inseeCode: string;
  readonly lat: number;
  readonly lon: number;
  readonly population: number;
}

/** A campaign as its past is drawn. */
export interface PastCampaign {
  readonly campaignId: number;
  readonly advertiserId: number;
  /** At least one. */
  readonly creativeIds: readonly number[];
  readonly pricing: Pricing;
  readonly bidMicros: number;
  readonly dailyBudgetMicros: number;
  readonly totalBudgetMicros: number;
  /** "YYYY-MM-DD" in Paris. */
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly delivery: PastDelivery;
  /** At least one. */
  readonly towns: readonly PastTown[];
  /** Where its pages are; at least one. */
  readonly categories: readonly string[];
}

/** How people spread over the hours of a day in Paris. */
const hourWeights = [
  3, 2, 1, 1, 1, 2, 6, 14, 22, 28, 32, 34, 40, 38, 34, 32, 34, 40, 48, 56, 60, 52, 34, 14,
] as const;
const drawHour = createWeightedDraw(hourWeights);
/** Mondays first: pages are read at weekends. */
const weekdayFactors = [0.94, 0.92, 0.96, 0.95, 0.98, 1.1, 1.15] as const;
const placements = ["top", "list", "side", "banner"] as const;
const drawPlacement = createWeightedDraw([34, 46, 10, 10]);
/** Phone, tablet, desktop, as facets number them. */
const drawDevice = createWeightedDraw([62, 8, 30]);
const seenShare = 0.66;
/** People who let ads be measured. */
const countedShare = 0.7;
/** They come back: of a day's impressions so many times as many people make the audience of a campaign. */
const peopleByImpression = 5;
const hourMs = 3_600_000;
const secondMs = 1_000;

/**
 * The past of a campaign, day by day until now, as the ledger takes it: what was shown, seen and clicked, and what that cost.
 * A day's budget and the total end a day as they do in truth. The same dice give the same past of the same day.
 */
export function makePast(
  campaign: PastCampaign,
  nowMs: number,
  random: Random,
): readonly LedgerRow[] {
  const lastDay = addDays(budgetDayOf(nowMs), -campaign.delivery.silentDays);
  const rows: LedgerRow[] = [];
  const draw = createEventDraw(campaign, random);
  let totalMicros = 0;
  for (let day = campaign.startsOn; day <= lastDay; day = addDays(day, 1)) {
    if (campaign.endsOn !== null && day > campaign.endsOn) break;
    const leftMicros = Math.min(
      campaign.dailyBudgetMicros,
      campaign.totalBudgetMicros - totalMicros,
    );
    const dayRows = makeDay({ campaign, day, leftMicros, nowMs }, draw, random);
    totalMicros += dayRows.reduce((sum, { amountMicros }) => sum + amountMicros, 0);
    rows.push(...dayRows);
  }
  return rows;
}

interface PastDay {
  readonly campaign: PastCampaign;
  readonly day: string;
  readonly leftMicros: number;
  readonly nowMs: number;
}

function makeDay(
  { campaign, day, leftMicros, nowMs }: PastDay,
  draw: EventDraw,
  random: Random,
): readonly LedgerRow[] {
  const price = campaign.pricing === "cpc" ? campaign.bidMicros : campaign.bidMicros / 1_000;
  const rows: LedgerRow[] = [];
  let left = leftMicros;
  let number = 0;
  for (const atMs of timesOf(campaign, day, random)) {
    // Money that is gone shows nothing more.
    if (left < price || atMs > nowMs - 20 * secondMs) break;
    const ad = draw(day, number++);
    const billed = (kind: LedgerEventKind) => (ad.billedKind === kind ? price : 0);
    const event = (kind: LedgerEventKind, afterMs: number) => {
      left -= billed(kind);
      rows.push(ad.row(kind, atMs + afterMs, billed(kind)));
    };
    event("impression", 0);
    if (random.chance(seenShare)) event("viewable", random.integer(1_200, 5_000));
    if (random.chance(campaign.delivery.clickRate)) event("click", random.integer(2_000, 15_000));
  }
  return rows;
}

/** When the ads of a day are shown, in order; days differ, and those of the summer hour are an hour longer or shorter. */
function timesOf({ delivery }: PastCampaign, day: string, random: Random): readonly number[] {
  const { startMs, endMs } = budgetDayBounds(day);
  const weekday = (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7;
  const expected = delivery.impressionsPerDay * (weekdayFactors[weekday] ?? 1);
  const count = Math.max(0, Math.round(expected + Math.sqrt(expected) * random.normal()));
  const lastMs = endMs - 30 * secondMs;
  return Array.from({ length: count }, () => {
    const withinMs = (drawHour(random) + random.next()) * hourMs;
    return Math.min(lastMs, Math.floor(startMs + withinMs));
  }).sort((one, other) => one - other);
}

interface DrawnAd {
  readonly billedKind: LedgerEventKind;
  readonly row: (kind: LedgerEventKind, occurredAtMs: number, amountMicros: number) => LedgerRow;
}
type EventDraw = (day: string, number: number) => DrawnAd;

const billedKinds = { cpm: "impression", vcpm: "viewable", cpc: "click" } as const;

function createEventDraw(campaign: PastCampaign, random: Random): EventDraw {
  const { campaignId, advertiserId, creativeIds, pricing } = campaign;
  const drawFacets = createFacetsDraw(campaign, random);
  return (budgetDay, number) => {
    const facets = drawFacets();
    const creativeId = random.pick(creativeIds);
    const placementId = placements[drawPlacement(random)] ?? "top";
    const key = `demo-past-${campaignId}-${budgetDay}-${number}.0`;
    return {
      billedKind: billedKinds[pricing],
      row: (kind, occurredAtMs, amountMicros) => ({
        eventId: `${key}.${kind}`,
        kind,
        campaignId,
        advertiserId,
        creativeId,
        placementId,
        budgetDay,
        amountMicros,
        unchargedReason: null,
        occurredAtMs,
        media: null,
        facets,
      }),
    };
  };
}

/** Where, on which page and by whom an ad was seen; places no finer than a cell of resolution 7. */
function createFacetsDraw(
  { towns, categories, delivery }: PastCampaign,
  random: Random,
): () => EventFacets {
  const count = Math.max(60, Math.round(delivery.impressionsPerDay * peopleByImpression));
  const people = Array.from({ length: count }, () => drawPerson(random));
  const drawTown = createWeightedDraw(towns.map(({ population }) => population + 50));
  const known = towns.map((town) => ({
    area: encodeAreaKey("commune", town.inseeCode),
    cells: cellsAround(town, random),
  }));
  return () => {
    const { area, cells } = known[drawTown(random)]!;
    return {
      device: [1, 2, 3][drawDevice(random)] ?? 1,
      category: categoryCode(random.pick(categories)),
      area,
      cell: random.pick(cells),
      reach: random.chance(countedShare) ? random.pick(people) : -1,
    };
  };
}

/** A commune's own cell, and for towns some around it. */
function cellsAround(town: PastTown, random: Random): readonly number[] {
  const count = Math.min(12, 1 + Math.floor(town.population / 10_000));
  return Array.from({ length: count }, (_, index) => {
    const point =
      index === 0 ? town : destination(town, random.next() * 4_000, random.next() * 360);
    // 28 bits: see `facetCell`.
    return Number((BigInt(`0x${latLngToCell(point.lat, point.lon, 7)}`) >> 24n) & 0xfffffffn);
  });
}

/** Where somebody falls in a count of people: a register, and a rank that is one higher for every second person. */
function drawPerson(random: Random): number {
  const rank = Math.min(35, 1 + Math.floor(-Math.log2(1 - random.next())));
  return random.integer(0, 16_383) * 64 + rank;
}
