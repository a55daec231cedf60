import { pricings } from "../rank.ts";
import type { CampaignStatus, DeviceType, ServableCampaign } from "../types.ts";
import {
  type AudienceColumns,
  type CapColumns,
  compileAudience,
  compileCaps,
} from "./audienceColumns.ts";
import { compileShapes, type ShapeColumns } from "./creativeShapes.ts";
import { boundOf, campaignIdAt, compileHeads, type Heads, tradeIdAt } from "./heads.ts";
import { createInterner } from "./interner.ts";
import { compilePageWishes, type PageWishes } from "./pageWishes.ts";
import { postCampaigns } from "./postCampaigns.ts";
import type { Postings } from "./postings.ts";
import { createRecentEntries, type RecentEntries } from "./recentEntries.ts";
import { packRecords, type Records } from "./records.ts";
import { compileSchedule, type ScheduleColumns } from "./schedule.ts";
import { compileZoneColumns, type ZoneColumns } from "./zoneColumns.ts";

/**
 * An immutable set of campaigns as columns. A campaign's position is its rank: (tier, upper bound of value) descending,
 * then id, so that ascending posting lists are visited best bound first. Positions mean nothing outside their segment.
 */
export interface Segment {
  readonly size: number;
  readonly heads: Heads;
  /** Positions in ascending order of campaign id, to find one by halving. */
  readonly positionsById: Uint32Array;
  readonly trades: readonly string[];
  readonly tradeNumbers: ReadonlyMap<string, number>;
  /** By trade: a number that means the same trade in all segments of a snapshot; −1 for the empty trade. */
  readonly tradeGroups: Int32Array;
  /** Index into `campaignStatuses`. */
  readonly statuses: Uint8Array;
  /** The first position of a house ad: house ads come last. */
  readonly houseStart: number;
  readonly bidsMicros: Float64Array;
  /** Index into `pricings`. */
  readonly pricings: Uint8Array;
  readonly clickRates: Float64Array;
  readonly clickRateUppers: Float64Array;
  readonly viewRates: Float64Array;
  /** Bit n = `deviceTypes[n]` allowed. */
  readonly deviceMasks: Uint8Array;
  readonly schedule: ScheduleColumns;
  readonly pageWishes: PageWishes;
  readonly audience: AudienceColumns;
  readonly caps: CapColumns;
  readonly zones: ZoneColumns;
  readonly shapes: ShapeColumns;
  readonly postings: Postings;
  readonly records: Records;
  readonly recent: RecentEntries;
}

export const campaignStatuses = [
  "active",
  "paused",
  "draft",
  "ended",
] as const satisfies readonly CampaignStatus[];

export const deviceTypes = [
  "mobile",
  "tablet",
  "desktop",
  "tv",
  "other",
] as const satisfies readonly DeviceType[];

const everyDevice = (1 << deviceTypes.length) - 1;

/**
 * Compiles campaigns (each id once) into a segment. About 10 µs a campaign. `knownTrades` are those of the segment
 * beside which this one will serve.
 */
export function buildSegment(
  unordered: readonly ServableCampaign[],
  knownTrades: ReadonlyMap<string, number> = new Map(),
): Segment {
  const campaigns = inRankOrder(unordered);
  const trades = createInterner();
  const firstHouse = campaigns.findIndex((campaign) => campaign.priority === "house");
  const { pageWishes, wishIds } = compilePageWishes(campaigns);
  const audience = compileAudience(campaigns);
  const zones = compileZoneColumns(campaigns);
  const shapes = compileShapes(campaigns);
  const heads = compileHeads(campaigns, {
    tradeIdOf: trades.idOf,
    wishIds,
    audienceStarts: audience.starts,
    circleStarts: zones.include.circleStarts,
    shapes: shapes.byCampaign,
  });
  return {
    size: campaigns.length,
    heads,
    positionsById: positionsById(campaigns),
    trades: trades.texts,
    tradeNumbers: trades.ids,
    tradeGroups: tradeGroups(trades.texts, knownTrades),
    statuses: Uint8Array.from(campaigns, ({ status }) => campaignStatuses.indexOf(status)),
    houseStart: firstHouse < 0 ? campaigns.length : firstHouse,
    bidsMicros: Float64Array.from(campaigns, (campaign) => campaign.bidMicros),
    pricings: Uint8Array.from(campaigns, ({ pricing }) => pricings.indexOf(pricing)),
    clickRates: Float64Array.from(campaigns, (campaign) => campaign.clickRate),
    clickRateUppers: Float64Array.from(campaigns, (campaign) => campaign.clickRateUpper),
    viewRates: Float64Array.from(campaigns, (campaign) => campaign.viewRate),
    deviceMasks: Uint8Array.from(campaigns, deviceMask),
    schedule: compileSchedule(campaigns),
    pageWishes,
    audience,
    caps: compileCaps(campaigns),
    zones,
    shapes,
    postings: postCampaigns(campaigns, pageWishes),
    records: packRecords(campaigns),
    recent: createRecentEntries(campaigns.length),
  };
}

/** The position of a campaign in the segment, or −1. */
export function findPosition(segment: Segment, campaignId: number): number {
  const { positionsById, heads } = segment;
  let low = 0;
  let high = positionsById.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (campaignIdAt(heads, positionsById[middle]!) < campaignId) low = middle + 1;
    else high = middle;
  }
  const position = positionsById[low];
  return position !== undefined && campaignIdAt(heads, position) === campaignId ? position : -1;
}

/** The trade's name; "" = none. */
export function tradeOf({ trades, heads }: Segment, position: number): string {
  return trades[tradeIdAt(heads, position)]!;
}

function inRankOrder(campaigns: readonly ServableCampaign[]): ServableCampaign[] {
  const bounds = Float64Array.from(campaigns, boundOf);
  const order = Uint32Array.from(campaigns, (_, index) => index);
  order.sort(
    (a, b) => bounds[b]! - bounds[a]! || campaigns[a]!.campaignId - campaigns[b]!.campaignId,
  );
  return Array.from(order, (index) => campaigns[index]!);
}

function positionsById(campaigns: readonly ServableCampaign[]): Uint32Array {
  const positions = Uint32Array.from(campaigns, (_, position) => position);
  return positions.sort((a, b) => campaigns[a]!.campaignId - campaigns[b]!.campaignId);
}

function tradeGroups(
  trades: readonly string[],
  knownTrades: ReadonlyMap<string, number>,
): Int32Array {
  return Int32Array.from(trades, (trade, tradeId) =>
    trade === "" ? -1 : (knownTrades.get(trade) ?? knownTrades.size + tradeId),
  );
}

function deviceMask({ devices }: ServableCampaign): number {
  if (devices.length === 0) return everyDevice;
  return devices.reduce((mask, device) => mask | (1 << deviceTypes.indexOf(device)), 0);
}
