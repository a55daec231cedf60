import type { CampaignDeal } from "../bidConstraints.ts";
import type { CreativeView, ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";
import { type PackedCreative, packCreative, unpackCreative } from "./packedCreative.ts";
import { createTextBuilder, readText, type Texts } from "./texts.ts";

/** What of a campaign is only read for winners: texts, budgets, creatives. */
export interface CampaignRecord {
  readonly name: string;
  readonly advertiserName: string;
  readonly payerName: string;
  readonly zoneLabel: string;
  readonly zoneApproximate: boolean;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  readonly balanceMicros: number | null;
  readonly creatives: readonly CreativeView[];
  readonly deals: readonly CampaignDeal[];
  readonly openAuction: boolean;
}

export interface Records {
  /** By position: a `PackedRecord` as JSON. */
  readonly packed: Texts;
  /** What very many campaigns have in common (calls to action), once each. */
  readonly shared: Texts;
}

/** A tuple instead of an object. */
type PackedRecord = readonly [
  name: string,
  advertiserName: string,
  /** null = the advertiser itself. */
  payerName: string | null,
  zoneLabel: string,
  zoneApproximate: 0 | 1,
  totalBudgetMicros: number | null,
  dailyBudgetMicros: number | null,
  balanceMicros: number | null,
  creatives: readonly PackedCreative[],
  /** Most campaigns have neither deals nor the wish to keep to them. */
  deals?: readonly CampaignDeal[],
  openAuction?: boolean,
];

export interface RecordBuilder {
  add(campaign: ServableCampaign): void;
  finish(): Records;
}

export function createRecordBuilder(): RecordBuilder {
  const shared = createInterner();
  const packed = createTextBuilder();
  return {
    add: (campaign) => packed.add(JSON.stringify(packRecord(campaign, shared.idOf))),
    finish() {
      const sharedTexts = createTextBuilder();
      for (const text of shared.texts) sharedTexts.add(text);
      return { packed: packed.finish(), shared: sharedTexts.finish() };
    },
  };
}

/** Reads the record of campaign `position`: a few microseconds (`readEntry` remembers what it reads). */
export function readRecord(records: Records, position: number): CampaignRecord {
  return unpackRecord(records, JSON.parse(readText(records.packed, position)) as PackedRecord);
}

function packRecord(campaign: ServableCampaign, shareText: (text: string) => number): PackedRecord {
  const { advertiserName, payerName, zone } = campaign;
  return [
    campaign.name,
    advertiserName,
    payerName === advertiserName ? null : payerName,
    zone.label,
    zone.approximate ? 1 : 0,
    campaign.totalBudgetMicros,
    campaign.dailyBudgetMicros,
    campaign.balanceMicros,
    campaign.creatives.map((creative) => packCreative(creative, shareText)),
    ...auctionsOf(campaign),
  ];
}

function auctionsOf({
  deals = noDeals,
  openAuction = true,
}: ServableCampaign): readonly [] | readonly [readonly CampaignDeal[], boolean] {
  return deals.length === 0 && openAuction ? [] : [deals, openAuction];
}

const noDeals: readonly CampaignDeal[] = [];

function unpackRecord({ shared }: Records, record: PackedRecord): CampaignRecord {
  const sharedText = (number: number) => readText(shared, number);
  const advertiserName = record[1];
  return {
    name: record[0],
    advertiserName,
    payerName: record[2] ?? advertiserName,
    zoneLabel: record[3],
    zoneApproximate: record[4] === 1,
    totalBudgetMicros: record[5],
    dailyBudgetMicros: record[6],
    balanceMicros: record[7],
    creatives: record[8].map((creative) => unpackCreative(creative, sharedText)),
    deals: record[9] ?? noDeals,
    openAuction: record[10] ?? true,
  };
}
