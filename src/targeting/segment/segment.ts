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
import { finished, type Sliced } from "./sliced.ts";
import { type KnownTrades, noTrades, tradeGroupsOf } from "./tradeGroups.ts";
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
  /** By trade, see `tradeGroupsOf`. */
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
  /** Earlier changes of a base, which are searched along with these later ones; null = there are none. */
  readonly older: OlderSegment | null;
}

/** A segment that another one lies upon. */
export interface OlderSegment {
  readonly segment: Segment;
  /** Bit p = its campaign at position p has been changed or removed since. */
  readonly hidden: Uint8Array;
  readonly hiddenCount: number;
}

/** What a segment is compiled to serve beside. */
export interface Neighbours {
  readonly trades: KnownTrades;
  readonly older: OlderSegment | null;
}

const alone: Neighbours = { trades: noTrades, older: null };

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
 * Compiles campaigns (each id once) into a segment. About 10 µs a campaign. All columns are filled in one pass: campaigns
 * lie scattered in memory, and to fetch them costs more than most of what is done with them.
 */
export function buildSegment(
  campaigns: readonly ServableCampaign[],
  neighbours: Neighbours = alone,
): Segment {
  return finished(compileSegment(campaigns, neighbours));
}

/** The same, interrupted about every millisecond's work. */
export function* compileSegment(
  campaigns: readonly ServableCampaign[],
  neighbours: Neighbours,
): Sliced<Segment> {
  const { indexes, positionsById } = rankOrderOf(campaigns);
  yield;
  const builders = createBuilders(indexes.length);
  for (let start = 0; start < indexes.length; start += campaignsPerSlice) {
    yield;
    const end = Math.min(start + campaignsPerSlice, indexes.length);
    for (let position = start; position < end; position++) {
      addCampaign(builders, position, campaigns[indexes[position]!]!);
    }
  }
  yield;
  const postings = yield* builders.postings.finish();
  const bids = yield* builders.bids.finish(builders.trades.texts);
  const records = yield* builders.records.finish();
  yield;
  return finishSegment(builders, { positionsById, postings, bids, records }, neighbours);
}

const campaignsPerSlice = 64;

function finishSegment(
  builders: Builders,
  made: Pick<Segment, "positionsById" | "postings" | "bids" | "records">,
  neighbours: Neighbours,
): Segment {
  const { trades, counted, columns } = builders;
  const size = made.positionsById.length;
  return {
    size,
    ...columns,
    ...made,
    trades: trades.texts,
    tradeNumbers: trades.ids,
    tradeGroups: tradeGroupsOf(trades.texts, neighbours.trades),
    houseStart: counted.beforeHouse,
    schedule: builders.schedule.finish(),
    pageWishes: builders.wishes.finish(),
    audience: builders.audience.finish(),
    caps: builders.caps.finish(),
    zones: builders.zones.finish(),
    shapes: builders.shapes.finish(),
    recent: createRecentEntries(size),
    older: neighbours.older,
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

function deviceMask({ devices }: ServableCampaign): number {
  if (devices.length === 0) return everyDevice;
  return devices.reduce((mask, device) => mask | (1 << deviceTypes.indexOf(device)), 0);
}
