import { pricings, tiers } from "../rank.ts";
import { readAudience, readCaps } from "./audienceColumns.ts";
import { advertiserIdAt, audienceStartAt, campaignIdAt, tierAt, wishIdAt } from "./heads.ts";
import { listAt } from "./ragged.ts";
import { type Entry, recallEntry, rememberEntry } from "./recentEntries.ts";
import { readRecord } from "./records.ts";
import { type Segment, tradeOf } from "./segment.ts";
import { textBytes } from "./texts.ts";

/** What answers say of campaign `position`: some 10 ns when it is remembered, else a few microseconds. */
export function readEntry(segment: Segment, position: number): Entry {
  const known = recallEntry(segment.recent, position);
  if (known !== undefined) return known;
  const entry = putTogether(segment, position);
  rememberEntry(segment.recent, position, entry, textBytes(segment.records.packed, position));
  return entry;
}

function putTogether(segment: Segment, position: number): Entry {
  const { heads } = segment;
  const { creatives, ...texts } = readRecord(segment.records, position);
  const campaign = {
    ...texts,
    campaignId: campaignIdAt(heads, position),
    advertiserId: advertiserIdAt(heads, position),
    trade: tradeOf(segment, position),
    pricing: pricings[segment.pricings[position]!]!,
    priority: tiers[tierAt(heads, position)]!,
    bidMicros: segment.bidsMicros[position]!,
    clickRateUpper: segment.clickRateUppers[position]!,
    frequencyCaps: readCaps(segment.caps, position),
    wantedCategories: readWantedCategories(segment, position),
    audience: readAudience(segment.audience, audienceStartAt(heads, position)),
  } as const;
  const clickRate = segment.clickRates[position]!;
  return { campaign, creatives, clickRate, viewRate: segment.viewRates[position]! };
}

function readWantedCategories({ pageWishes, heads }: Segment, position: number): string[] {
  const { categories, wantedCategories } = pageWishes;
  return listAt(wantedCategories, wishIdAt(heads, position)).map((id) => categories[id]!);
}
