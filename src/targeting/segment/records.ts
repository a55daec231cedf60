import type { CampaignDeal } from "../bidConstraints.ts";
import type { Mention } from "../mentions.ts";
import type { CreativeView, ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";
import { type PackedCreative, packCreative, unpackCreative } from "./packedCreative.ts";
import type { Sliced } from "./sliced.ts";
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
  readonly mentions?: readonly Mention[];
  readonly utmTagging?: boolean;
}

export interface Records {
  /** By position: a `PackedRecord` as JSON. */
  readonly packed: Texts;
  /** What very many campaigns have in common (calls to action, what their zones are called), once each. */
  readonly shared: Texts;
}

/** A tuple instead of an object; few campaigns have a tail. */
type PackedRecord = readonly [
  name: string,
  advertiserName: string,
  /** Number of a shared text: the same places are advertised in again and again. */
  zoneLabel: number,
  zoneApproximate: 0 | 1,
  totalBudgetMicros: number | null,
  dailyBudgetMicros: number | null,
  creatives: readonly PackedCreative[],
  tail?: PackedTail,
];

/**
 * What most campaigns have none of: a payer of another name, a balance, deals, the wish to keep to them, mentions (the number
 * of a shared text), weights of creatives, the wish for plain clicks.
 */
type PackedTail = readonly [
  payerName: string | null,
  balanceMicros: number | null,
  deals?: readonly CampaignDeal[],
  openAuction?: boolean,
  mentions?: number,
  weights?: readonly number[] | null,
  utmTagging?: boolean,
];

export interface RecordBuilder {
  add(campaign: ServableCampaign): void;
  finish(): Sliced<Records>;
}

const textsPerSlice = 1_024;

export function createRecordBuilder(): RecordBuilder {
  const shared = createInterner();
  const packed = createTextBuilder();
  return {
    add: (campaign) => packed.add(JSON.stringify(packRecord(campaign, shared.idOf))),
    *finish() {
      const sharedTexts = createTextBuilder();
      for (let number = 0; number < shared.texts.length; number++) {
        if (number % textsPerSlice === 0) yield;
        sharedTexts.add(shared.texts[number]!);
      }
      yield;
      return { packed: packed.finish(), shared: sharedTexts.finish() };
    },
  };
}

/** Reads the record of campaign `position`: a few microseconds (`readEntry` remembers what it reads). */
export function readRecord(records: Records, position: number): CampaignRecord {
  return unpackRecord(records, JSON.parse(readText(records.packed, position)) as PackedRecord);
}

function packRecord(campaign: ServableCampaign, shareText: (text: string) => number): PackedRecord {
  return [
    campaign.name,
    campaign.advertiserName,
    shareText(campaign.zone.label),
    campaign.zone.approximate ? 1 : 0,
    campaign.totalBudgetMicros,
    campaign.dailyBudgetMicros,
    campaign.creatives.map((creative) => packCreative(creative, shareText)),
    ...tailOf(campaign, shareText),
  ];
}

function tailOf(
  campaign: ServableCampaign,
  shareText: (text: string) => number,
): readonly [] | readonly [PackedTail] {
  const { balanceMicros, deals = noDeals, openAuction = true } = campaign;
  const payerName = campaign.payerName === campaign.advertiserName ? null : campaign.payerName;
  const more = moreOf(campaign, shareText);
  if (more !== null) return [[payerName, balanceMicros, deals, openAuction, ...more]];
  if (deals.length > 0 || !openAuction) return [[payerName, balanceMicros, deals, openAuction]];
  return payerName === null && balanceMicros === null ? [] : [[payerName, balanceMicros]];
}

/** The end of the tail; null = it has none. Campaigns under the same rules share their mentions. */
function moreOf(
  { mentions = [], creatives, utmTagging = true }: ServableCampaign,
  shareText: (text: string) => number,
): readonly [number, readonly number[] | null, boolean] | null {
  const isWeighted = creatives.some(({ weight = 1 }) => weight !== 1);
  if (mentions.length === 0 && !isWeighted && utmTagging) return null;
  const number = mentions.length === 0 ? noMentions : shareText(JSON.stringify(mentions));
  return [number, isWeighted ? creatives.map(({ weight = 1 }) => weight) : null, utmTagging];
}

const noMentions = -1;
const noDeals: readonly CampaignDeal[] = [];
const noTail: PackedTail = [null, null];

function unpackRecord({ shared }: Records, record: PackedRecord): CampaignRecord {
  const sharedText = (number: number) => readText(shared, number);
  const [name, advertiserName, zoneLabel, approximate, totalBudgetMicros, dailyBudgetMicros] =
    record;
  const [payerName, balanceMicros, deals = noDeals, openAuction = true, ...more] =
    record[7] ?? noTail;
  const [mentions = noMentions, weights = null, utmTagging = true] = more;
  return {
    name,
    advertiserName,
    payerName: payerName ?? advertiserName,
    zoneLabel: sharedText(zoneLabel),
    zoneApproximate: approximate === 1,
    totalBudgetMicros,
    dailyBudgetMicros,
    balanceMicros,
    creatives: record[6].map((packed, index) => {
      const creative = unpackCreative(packed, sharedText);
      return weights === null ? creative : { ...creative, weight: weights[index] ?? 1 };
    }),
    deals,
    openAuction,
    ...(mentions === noMentions
      ? {}
      : { mentions: JSON.parse(sharedText(mentions)) as readonly Mention[] }),
    ...(utmTagging ? {} : { utmTagging }),
  };
}
