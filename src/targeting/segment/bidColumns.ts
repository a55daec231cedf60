import { attributeMask } from "../bidConstraints.ts";
import { hasInsecureAddress, hasScript, imageTypeNumber } from "../creativeContent.ts";
import { hashText } from "../hash.ts";
import { hostLineage, landingApp, landingHost } from "../landing.ts";
import { categoryOfTrade, type TradeCategory } from "../tradeCategories.ts";
import type { ServableCampaign, ServableCreative } from "../types.ts";
import { createGrowingUint32 } from "./growing.ts";
import { createInterner } from "./interner.ts";
import { createRaggedBuilder, type Ragged } from "./ragged.ts";

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
  readonly deals: Ragged;
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
  finish(trades: readonly string[]): BidColumns;
}

export function createBidColumnsBuilder(): BidColumnsBuilder {
  const facts = createGrowingUint32();
  const hosts = createInterner();
  const deals = createInterner();
  const dealsOfCampaigns = createRaggedBuilder();
  return {
    add(campaign) {
      for (const creative of campaign.creatives) {
        const host = landingHost(creative.landingUrl);
        const domain = hosts.idOf(host);
        for (const word of factsOf(creative, campaign.advertiserName, host, domain)) {
          facts.push(word);
        }
      }
      for (const { ssp, id } of campaign.deals ?? []) {
        dealsOfCampaigns.push(deals.idOf(dealKey(ssp, id)));
      }
      dealsOfCampaigns.close();
    },
    finish: (trades) => ({
      categories: trades.map(categoryOfTrade),
      facts: facts.finish(),
      domains: domainsOf(hosts.texts),
      dealIds: deals.ids,
      deals: dealsOfCampaigns.finish(),
    }),
  };
}

function domainsOf(hosts: readonly string[]): Ragged {
  const domains = createRaggedBuilder();
  for (const host of hosts) {
    for (const part of hostLineage(host)) domains.push(hashText(part));
    domains.close();
  }
  return domains.finish();
}

function factsOf(
  creative: ServableCreative,
  advertiserName: string,
  host: string,
  domain: number,
): readonly number[] {
  const { picture = null, icon = null } = creative.bidFacts ?? {};
  const app = landingApp(creative.landingUrl);
  return [
    flagsOf(creative, advertiserName),
    lengthsOf(creative, advertiserName),
    picture === null ? 0 : picture.width * 65_536 + picture.height,
    (icon?.side ?? 0) + 65_536 * host.length,
    domain,
    app === null ? 0 : hashText(app),
  ];
}

function lengthsOf({ content }: ServableCreative, advertiserName: string): number {
  if (!("title" in content)) return 0;
  const { title, text, callToAction } = content;
  return [title, text, callToAction, advertiserName].reduce(
    (word, it, index) => (word | (Math.min(255, it.length) << (8 * index))) >>> 0,
    0,
  );
}

function flagsOf({ content, bidFacts }: ServableCreative, advertiserName: string): number {
  const { icon = null, attributes = [] } = bidFacts ?? {};
  const imageUrl = "html" in content ? "" : content.imageUrl;
  const texts = "title" in content ? [...Object.values(content), advertiserName] : [];
  const flags =
    bitIf(hasInsecureAddress("html" in content ? content.html : imageUrl), factFlags.insecure) |
    bitIf(icon !== null && hasInsecureAddress(icon.url), factFlags.insecureText) |
    bitIf(texts.some(hasInsecureAddress), factFlags.insecureText) |
    bitIf("html" in content && hasScript(content.html), factFlags.scripts) |
    bitIf(icon !== null, factFlags.icon) |
    (imageTypeNumber(imageUrl) << imageTypeShift) |
    (imageTypeNumber(icon?.url ?? "") << iconTypeShift);
  return (flags | attributeMask(attributes)) >>> 0;
}

function bitIf(isPresent: boolean, bit: number): number {
  return isPresent ? bit : 0;
}
