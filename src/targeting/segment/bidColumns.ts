import { attributeMask, type CampaignDeal, type CreativeBidFacts } from "../bidConstraints.ts";
import { hasInsecureAddress, hasScript, imageTypeNumber } from "../creativeContent.ts";
import { hashText } from "../hash.ts";
import { hostLineage, landingApp, landingHost } from "../landing.ts";
import { categoryOfTrade, type TradeCategory } from "../tradeCategories.ts";
import type { ServableCampaign, ServableCreative } from "../types.ts";
import { createGrowingUint32, type GrowingUint32 } from "./growing.ts";
import { createInterner, type Interner } from "./interner.ts";
import { createRaggedBuilder, type Ragged } from "./ragged.ts";
import type { Sliced } from "./sliced.ts";

/**
 * What exchanges ask of campaigns and creatives and pages never do. Kept apart from what every search reads, so that
 * serving pages neither reads nor pays for it.
 */
export interface BidColumns {
  /** By trade number. */
  readonly categories: readonly TradeCategory[];
  /** `factWords` words a creative, in the order of `ShapeColumns.byCampaign`. */
  readonly facts: Uint32Array;
  /** By domain number: `hashText` of the host and of all that it is under. */
  readonly domains: Ragged;
  /** The number of a deal by its `dealKey`. */
  readonly dealIds: ReadonlyMap<string, number>;
  /** The numbers of the deals of those few campaigns that have some, by position. */
  readonly deals: ReadonlyMap<number, readonly number[]>;
}

/** The words of a creative's facts, by their place. */
export const factWords = {
  /** Bit n = AdCOM attribute n, 1 to 18; then the flags of `factFlags` and the types of its pictures. */
  flags: 0,
  /** Lengths in UTF-16 units, a byte each, at most 255: title, text, call to action, advertiser's name. */
  lengths: 1,
  /** Pixels of the picture, width × 65,536 + height; 0 = not known. */
  picture: 2,
  /** Pixels of the icon's side + 65,536 × the length of the domain. */
  icon: 3,
  domain: 4,
  /** `hashText` of the app that it leads to; 0 = none. */
  app: 5,
  all: 6,
} as const;

export const factFlags = {
  /** Something that it loads is not https. */
  insecure: 1 << 19,
  /** Something that it says looks like an address that is not https. */
  insecureText: 1 << 20,
  /** HTML with scripts. */
  scripts: 1 << 21,
  icon: 1 << 22,
} as const;

/** Where the numbers of `imageTypes` stand among the flags. */
export const imageTypeShift = 23;
export const iconTypeShift = 26;
export const imageTypeMask = 7;

/** Exchange and deal as one text: names of exchanges have no space. */
export function dealKey(ssp: string, dealId: string): string {
  return `${ssp} ${dealId}`;
}

export interface BidColumnsBuilder {
  add(campaign: ServableCampaign): void;
  /** `trades`: by trade number. */
  finish(trades: readonly string[]): Sliced<BidColumns>;
}

export function createBidColumnsBuilder(): BidColumnsBuilder {
  const facts = createGrowingUint32();
  const hosts = createInterner();
  const deals = createInterner();
  const dealsOfCampaigns = new Map<number, readonly number[]>();
  let position = 0;
  return {
    add({ advertiserName, creatives, deals: agreed = noDeals }) {
      for (let index = 0; index < creatives.length; index++) {
        pushFacts(facts, creatives[index]!, advertiserName, hosts);
      }
      if (agreed.length > 0) {
        const numbers = agreed.map(({ ssp, id }) => deals.idOf(dealKey(ssp, id)));
        dealsOfCampaigns.set(position, numbers);
      }
      position++;
    },
    *finish(trades) {
      const domains = yield* domainsOf(hosts.texts);
      return {
        categories: trades.map(categoryOfTrade),
        facts: facts.finish(),
        domains,
        dealIds: deals.ids,
        deals: dealsOfCampaigns,
      };
    },
  };
}

const noDeals: readonly CampaignDeal[] = [];

/** The words in the order of `factWords`. */
function pushFacts(
  facts: GrowingUint32,
  creative: ServableCreative,
  advertiserName: string,
  hosts: Interner,
): void {
  const { picture = null, icon = null } = creative.bidFacts ?? {};
  const host = landingHost(creative.landingUrl);
  const app = landingApp(creative.landingUrl, host);
  facts.push(flagsOf(creative, advertiserName));
  facts.push(lengthsOf(creative, advertiserName));
  facts.push(picture === null ? 0 : picture.width * 65_536 + picture.height);
  facts.push((icon === null ? 0 : icon.side) + 65_536 * host.length);
  facts.push(hosts.idOf(host));
  facts.push(app === null ? 0 : hashText(app));
}

const hostsPerSlice = 1_024;

function* domainsOf(hosts: readonly string[]): Sliced<Ragged> {
  const domains = createRaggedBuilder();
  for (let number = 0; number < hosts.length; number++) {
    if (number % hostsPerSlice === 0) yield;
    for (const part of hostLineage(hosts[number]!)) domains.push(hashText(part));
    domains.close();
  }
  return domains.finish();
}

function lengthsOf({ content }: ServableCreative, advertiserName: string): number {
  if (!("title" in content)) return 0;
  const { title, text, callToAction } = content;
  const upper = byteOf(callToAction) | (byteOf(advertiserName) << 8);
  return (byteOf(title) | (byteOf(text) << 8) | (upper << 16)) >>> 0;
}

function byteOf({ length }: string): number {
  return length > 255 ? 255 : length;
}

function flagsOf({ content, bidFacts }: ServableCreative, advertiserName: string): number {
  if ("html" in content) {
    const insecure = bitIf(hasInsecureAddress(content.html), factFlags.insecure);
    return insecure | bitIf(hasScript(content.html), factFlags.scripts) | attributesOf(bidFacts);
  }
  const insecure = bitIf(hasInsecureAddress(content.imageUrl), factFlags.insecure);
  const picture = imageTypeNumber(content.imageUrl) << imageTypeShift;
  const common = insecure | picture | attributesOf(bidFacts);
  if ("alt" in content) return common >>> 0;
  const saysInsecure =
    hasInsecureAddress(content.title) ||
    hasInsecureAddress(content.text) ||
    hasInsecureAddress(content.callToAction) ||
    hasInsecureAddress(advertiserName);
  return (common | bitIf(saysInsecure, factFlags.insecureText) | iconFlags(bidFacts)) >>> 0;
}

function iconFlags(facts: CreativeBidFacts | undefined): number {
  const icon = facts?.icon ?? null;
  if (icon === null) return 0;
  const insecure = bitIf(hasInsecureAddress(icon.url), factFlags.insecureText);
  return factFlags.icon | insecure | (imageTypeNumber(icon.url) << iconTypeShift);
}

function attributesOf(facts: CreativeBidFacts | undefined): number {
  return facts === undefined ? 0 : attributeMask(facts.attributes);
}

function bitIf(isPresent: boolean, bit: number): number {
  return isPresent ? bit : 0;
}
