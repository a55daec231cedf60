import { pricings } from "../rank.ts";
import type { CampaignStatus, DeviceType, ServableCampaign } from "../types.ts";
import {
  type AudienceColumns,
  type CapColumns,
  createAudienceBuilder,
  createCapBuilder,
} from "./audienceColumns.ts";
import { type BidColumns, createBidColumnsBuilder } from "./bidColumns.ts";
import { createShapeBuilder, type ShapeColumns } from "./creativeShapes.ts";
import { campaignIdAt, createHeads, type Heads, tradeIdAt, writeHead } from "./heads.ts";
import { createInterner } from "./interner.ts";
import { createWishBuilder, type PageWishes } from "./pageWishes.ts";
import { postCampaign } from "./postCampaigns.ts";
import { createPostingsBuilder, type Postings } from "./postings.ts";
import { rankOrderOf } from "./rankOrder.ts";
import { createRecentEntries, type RecentEntries } from "./recentEntries.ts";
import { createRecordBuilder, type Records } from "./records.ts";
import { createScheduleBuilder, type ScheduleColumns } from "./schedule.ts";
import { createZoneBuilder, type ZoneColumns } from "./zoneColumns.ts";

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
  /** See `ServableCampaign.clickCeiling`. */
  readonly clickCeilings: Float64Array;
  readonly viewRates: Float64Array;
  /** Bit n = `deviceTypes[n]` allowed. */
  readonly deviceMasks: Uint8Array;
  readonly schedule: ScheduleColumns;
  readonly pageWishes: PageWishes;
  readonly audience: AudienceColumns;
  readonly caps: CapColumns;
  readonly zones: ZoneColumns;
  readonly shapes: ShapeColumns;
  readonly bids: BidColumns;
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
 * beside which this one will serve. All columns are filled in one pass: campaigns lie scattered in memory, and to fetch
 * them costs more than most of what is done with them.
 */
export function buildSegment(
  campaigns: readonly ServableCampaign[],
  knownTrades: ReadonlyMap<string, number> = new Map(),
): Segment {
  const { indexes, positionsById } = rankOrderOf(campaigns);
  const builders = createBuilders(indexes.length);
  for (let position = 0; position < indexes.length; position++) {
    addCampaign(builders, position, campaigns[indexes[position]!]!);
  }
  const { trades, counted } = builders;
  return {
    size: indexes.length,
    ...builders.columns,
    positionsById,
    trades: trades.texts,
    tradeNumbers: trades.ids,
    tradeGroups: tradeGroups(trades.texts, knownTrades),
    houseStart: counted.beforeHouse,
    schedule: builders.schedule.finish(),
    pageWishes: builders.wishes.finish(),
    audience: builders.audience.finish(),
    caps: builders.caps.finish(),
    zones: builders.zones.finish(),
    shapes: builders.shapes.finish(),
    bids: builders.bids.finish(trades.texts),
    postings: builders.postings.finish(),
    records: builders.records.finish(),
    recent: createRecentEntries(indexes.length),
  };
}

type Builders = ReturnType<typeof createBuilders>;

function createBuilders(count: number) {
  return {
    columns: {
      heads: createHeads(count),
      statuses: new Uint8Array(count),
      bidsMicros: new Float64Array(count),
      pricings: new Uint8Array(count),
      clickRates: new Float64Array(count),
      clickRateUppers: new Float64Array(count),
      clickCeilings: new Float64Array(count),
      viewRates: new Float64Array(count),
      deviceMasks: new Uint8Array(count),
    },
    counted: { beforeHouse: 0 },
    trades: createInterner(),
    schedule: createScheduleBuilder(count),
    wishes: createWishBuilder(),
    audience: createAudienceBuilder(),
    caps: createCapBuilder(),
    zones: createZoneBuilder(),
    shapes: createShapeBuilder(),
    bids: createBidColumnsBuilder(),
    postings: createPostingsBuilder(),
    records: createRecordBuilder(),
  };
}

function addCampaign(builders: Builders, position: number, campaign: ServableCampaign): void {
  const { columns, counted, wishes } = builders;
  columns.statuses[position] = campaignStatuses.indexOf(campaign.status);
  columns.bidsMicros[position] = campaign.bidMicros;
  columns.pricings[position] = pricings.indexOf(campaign.pricing);
  columns.clickRates[position] = campaign.clickRate;
  columns.clickRateUppers[position] = campaign.clickRateUpper;
  columns.clickCeilings[position] = campaign.clickCeiling ?? 1;
  columns.viewRates[position] = campaign.viewRate;
  columns.deviceMasks[position] = deviceMask(campaign);
  if (campaign.priority !== "house") counted.beforeHouse++;
  builders.schedule.add(campaign, position);
  builders.caps.add(campaign);
  builders.bids.add(campaign);
  writeHead(columns.heads, position, campaign, {
    tradeId: builders.trades.idOf(campaign.trade),
    wishId: wishes.add(campaign),
    audience: builders.audience.add(campaign),
    circle: builders.zones.add(campaign),
    shape: builders.shapes.add(campaign),
  });
  postCampaign(builders.postings, position, campaign, wishes);
  builders.records.add(campaign);
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
