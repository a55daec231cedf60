import type { Consent } from "../consent/types.ts";
import type { PriceSettings } from "../openrtb/bidPrice.ts";
import type { MinToWinCounts } from "../openrtb/bidShading.ts";
import type { AnswerSettings } from "../openrtb/bidTypes.ts";
import type { ExchangeTable } from "../openrtb/exchangeTable.ts";
import type { PriceCodec } from "../openrtb/priceCodecs/priceCodec.ts";
import type { BidRequest } from "../openrtb/types.ts";
import type { AddressRanges } from "./addressRanges.ts";

/** What answering bid requests needs of the world, besides the ports that pages need too (ports.ts). */

/** An SSP as a node knows it, from memory: its settings, with secrets turned into what checks or decodes with them. */
export interface Ssp {
  readonly sspId: number;
  /** The name in its URLs: 1 to 32 lower-case letters, digits and dashes. */
  readonly name: string;
  /** Paused: all its requests are answered "no bid"; notices of earlier bids still count. */
  readonly status: "active" | "paused";
  /** SHA-256 of the key that its requests carry; null = it has none, and its addresses alone open the door. */
  readonly keyHash: Uint8Array | null;
  /** Where its requests come from; null = from anywhere, with the key. */
  readonly addresses: AddressRanges | null;
  /**
   * Pages may ask by themselves: what comes with an Origin needs neither key nor address. Then nobody answers for its
   * notices, and it is billed on the impression that we have seen.
   */
  readonly openToBrowsers: boolean;
  /** Requests a second and node that are looked at, 1 to 100,000. */
  readonly qpsLimit: number;
  /** The most that a request may take in all, as its `tmax` counts it, milliseconds. */
  readonly deadlineMs: number;
  /** Of that, the way there and back, which nobody can measure from here; less than `deadlineMs`. */
  readonly networkMs: number;
  readonly answer: AnswerSettings;
  readonly price: PriceSettings;
  /** How prices stand in its notices. */
  readonly priceCodec: PriceCodec;
  /** Which notice tells that an impression is billed: `nurl` where the SSP calls no `burl`. */
  readonly billedBy: "burl" | "nurl";
  /** Where its user sync takes our id, with "{uid}" (and "{gdpr}", "{gdpr_consent}", "{gpp}", "{gpp_sid}"); null = none. */
  readonly syncUrl: string | null;
}

/**
 * Whose word a bid request is: that of a server of the SSP, which says whose device it asks for, or that of a page that was
 * let in unasked (`openToBrowsers`), which may say what it likes: of it only the connection is known.
 */
export type BidCaller =
  | { readonly kind: "server" }
  | { readonly kind: "page"; readonly address: string | null };

/** From memory, never from a store: asked for each bid request and notice. Null = no such SSP. */
export type FindSsp = (name: string) => Ssp | null;
export type FindSspById = (sspId: number) => Ssp | null;

/** Exchange rates as the operator's file has them now. */
export type CurrentRates = () => ExchangeTable;

/** What a signed notice address says of its bid. */
export interface BidNoticeClaims {
  readonly decisionId: string;
  readonly slot: number;
  readonly sspId: number;
  readonly campaignId: number;
  readonly creativeId: number;
  readonly advertiserId: number;
  /** Null = nothing was held (a test, or a house ad). */
  readonly holdId: string | null;
  readonly budgetDay: string;
  /** Of the bid: micros of `currency` per thousand. */
  readonly priceMicros: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The same in micros of a euro per thousand, rounded up. */
  readonly costMicros: number;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Nothing of this bid may be billed. */
  readonly test: boolean;
}

/** Absolute addresses without a query: macros are added by `noticeUrl`. */
export interface BidNoticeUrls {
  /** What they share: of letters, digits, "-" and "_". */
  readonly token: string;
  readonly win: string;
  readonly billing: string;
  readonly loss: string;
}

export type SignBidNotice = (claims: BidNoticeClaims) => BidNoticeUrls;

/** What notices taught of late; from memory, on all nodes about the same. */
export interface BidLearning {
  /** Upper bound of the share of a campaign's bids at an SSP that win, above 0 to 1; 1 until enough is known. */
  readonly winRateUpper: (sspId: number, campaignId: number) => number;
  /** How long the hold of a bid may last, of at most `mostMs`: less while nobody knows how much to hold. */
  readonly holdLifeMs: (sspId: number, mostMs: number) => number;
  /** Counts of min-to-win prices, micros of a euro per thousand; null = none known. */
  readonly minToWin: (sspId: number) => MinToWinCounts | null;
  readonly noteBid: (sspId: number, campaignId: number, nowMs: number) => void;
  readonly noteWin: (sspId: number, campaignId: number, nowMs: number) => void;
  readonly noteLoss: (
    sspId: number,
    campaignId: number,
    nowMs: number,
    /** Micros of a euro per thousand; null = not told. */
    minToWinMicros: number | null,
  ) => void;
}

/** Our own id of whoever will see the ad, as far as the request carries it and consent allows it; null = unknown. */
export type VisitorOfBid = (request: BidRequest, ssp: Ssp, consent: Consent) => string | null;
