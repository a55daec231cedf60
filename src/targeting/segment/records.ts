import type { CreativeView, ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";
import { type PackedCreative, packCreative, unpackCreative } from "./packedCreative.ts";
import { packTexts, readText, type Texts } from "./texts.ts";

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
}

export interface Records {
  /** By position: a `PackedRecord` as JSON. */
  readonly packed: Texts;
  /** What campaigns have in common (names of advertisers, labels of zones, calls to action), once each. */
  readonly shared: Texts;
}

/** A tuple instead of an object; shared texts by number. */
type PackedRecord = readonly [
  name: string,
  advertiserName: number,
  /** null = the advertiser itself. */
  payerName: number | null,
  zoneLabel: number,
  zoneApproximate: 0 | 1,
  totalBudgetMicros: number | null,
  dailyBudgetMicros: number | null,
  balanceMicros: number | null,
  creatives: readonly PackedCreative[],
];

export function packRecords(campaigns: readonly ServableCampaign[]): Records {
  const shared = createInterner();
  const packed = packTexts(campaigns.length, (position) =>
    JSON.stringify(packRecord(campaigns[position]!, shared.idOf)),
  );
  const sharedTexts = packTexts(shared.texts.length, (number) => shared.texts[number]!);
  return { packed, shared: sharedTexts };
}

/** Reads the record of campaign `position`: a few microseconds (`readEntry` remembers what it reads). */
export function readRecord(records: Records, position: number): CampaignRecord {
  return unpackRecord(records, JSON.parse(readText(records.packed, position)) as PackedRecord);
}

function packRecord(campaign: ServableCampaign, shareText: (text: string) => number): PackedRecord {
  const { advertiserName, payerName, zone } = campaign;
  return [
    campaign.name,
    shareText(advertiserName),
    payerName === advertiserName ? null : shareText(payerName),
    shareText(zone.label),
    zone.approximate ? 1 : 0,
    campaign.totalBudgetMicros,
    campaign.dailyBudgetMicros,
    campaign.balanceMicros,
    campaign.creatives.map((creative) => packCreative(creative, shareText)),
  ];
}

function unpackRecord({ shared }: Records, record: PackedRecord): CampaignRecord {
  const sharedText = (number: number) => readText(shared, number);
  const advertiserName = sharedText(record[1]);
  return {
    name: record[0],
    advertiserName,
    payerName: record[2] === null ? advertiserName : sharedText(record[2]),
    zoneLabel: sharedText(record[3]),
    zoneApproximate: record[4] === 1,
    totalBudgetMicros: record[5],
    dailyBudgetMicros: record[6],
    balanceMicros: record[7],
    creatives: record[8].map((creative) => unpackCreative(creative, sharedText)),
  };
}
