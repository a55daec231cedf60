import type { TradeCategory } from "./tradeCategories.ts";

/**
 * What an exchange asks of an ad for one slot, as far as campaigns and creatives are chosen by it: small sets, bits and
 * numbers, so that a search can ask it of each campaign. Either all placements of a request have it or none has.
 */
export interface BidConstraints {
  /** Name of the exchange, as the deals of campaigns name it. */
  readonly ssp: string;
  /** Why nothing of ours may answer, whoever it is of; null = something may. */
  readonly refusesAll: BidWideRefusal | null;
  readonly refusedCategories: ReadonlySet<TradeCategory>;
  /** `listedHash` of refused hosts, each of which covers what is under it. */
  readonly blockedDomains: ReadonlySet<number>;
  /** `listedHash` of refused apps, where a landing page is that of an app in a shop for apps. */
  readonly blockedApps: ReadonlySet<number>;
  /**
   * What a campaign must pay for a thousand impressions to take part in the open auction, micros of a euro, margin
   * included; 0 = no floor, null = only deals are wanted, or its floor is in an unknown currency.
   */
  readonly openFloorMicros: number | null;
  /** Those that are for our seat. */
  readonly deals: readonly BidDeal[];
  /** Everything must be https. */
  readonly secure: boolean;
  /** Whoever looks is rewarded for it: only who pays by impression bids, for clicks and views are not meant. */
  readonly rewarded: boolean;
  readonly banner: BannerConstraints | null;
  readonly native: NativeConstraints | null;
}

/**
 * Our seat is not wanted; no French; more is blocked than was read, or in a taxonomy that we do not know: who cannot know
 * what is blocked must not bid.
 */
export type BidWideRefusal = "seat" | "language" | "block_lists" | "categories";

export interface BidDeal {
  readonly id: string;
  /** As `openFloorMicros`. */
  readonly floorMicros: number;
  /** `listedHash` of the only hosts that it is for, each with what is under it; null = any. */
  readonly allowedDomains: ReadonlySet<number> | null;
}

/** Of attributes, see `attributeMask`. */
export interface BannerConstraints {
  readonly blockedAttributes: number;
  /** One of its sizes has room for a native ad laid out as a card. */
  readonly takesCards: boolean;
  /** Plain markup, of pictures and cards. */
  readonly takesMarkup: boolean;
  /** A creative's own HTML, in a frame. */
  readonly takesHtml: boolean;
  readonly takesScripts: boolean;
  /** Bit n = `imageTypes[n]` of pictures. */
  readonly imageTypes: number;
}

export interface NativeConstraints {
  readonly blockedAttributes: number;
  /** The exchange tells when an ad is seen. */
  readonly tellsViews: boolean;
  /** At least one must be filled, and all those that are required. */
  readonly assets: readonly AssetNeed[];
}

export type AssetNeed = TextNeed | ImageNeed | ImpossibleNeed;

export interface TextNeed {
  readonly kind: "title" | "text" | "callToAction" | "advertiserName" | "domain";
  readonly required: boolean;
  /** UTF-16 units; null = any. */
  readonly maxLength: number | null;
}

export interface ImageNeed {
  readonly kind: "image" | "icon";
  readonly required: boolean;
  /** Bit n = `imageTypes[n]`. */
  readonly imageTypes: number;
  /** Pixels at least, or exactly; null = any. A picture of unknown size meets only a need that has none. */
  readonly size: {
    readonly rule: "least" | "exact";
    /** null = any. */
    readonly width: number | null;
    readonly height: number | null;
  } | null;
}

/** An asset that we never have. */
export interface ImpossibleNeed {
  readonly kind: "impossible";
  readonly required: boolean;
}

/** Of pictures, by number; 0 = not told by the address. */
export const imageTypes = [
  "",
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/svg+xml",
] as const;

/** AdCOM's list of creative attributes ends here; those from 500 on are exchanges' own, and no creative of ours has one. */
export const highestAttribute = 18;

/** Bit n = attribute n is among them. */
export function attributeMask(attributes: readonly number[]): number {
  return attributes.reduce(
    (mask, it) => (it >= 1 && it <= highestAttribute ? mask | (1 << it) : mask),
    0,
  );
}

/** What exchanges ask of a creative besides what pages do. */
export interface CreativeBidFacts {
  /** Pixels of a native creative's picture; null = not known. */
  readonly picture: { readonly width: number; readonly height: number } | null;
  /** A square picture that stands for the shop, `side` pixels wide; null = none. */
  readonly icon: { readonly url: string; readonly side: number } | null;
  /** AdCOM creative attributes, 1 to 18. */
  readonly attributes: readonly number[];
}

/** A deal of a campaign at an exchange. */
export interface CampaignDeal {
  /** Name of the exchange (of its URLs). */
  readonly ssp: string;
  /** As the exchange writes it in bid requests. */
  readonly id: string;
}
