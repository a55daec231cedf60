import { holdIdOf } from "../../src/budgets/holdId.ts";
import { defaultShading } from "../../src/openrtb/bidShading.ts";
import { type ExchangeTable, euroOnly } from "../../src/openrtb/exchangeTable.ts";
import { auctionMacro, type NoticeKind } from "../../src/openrtb/noticeMacros.ts";
import { clearPrice } from "../../src/openrtb/priceCodecs/clearPrice.ts";
import { createBidLearning } from "../../src/serving/bidLearning.ts";
import { noticeKeyFrom, signBidNotice } from "../../src/serving/bidNoticeToken.ts";
import type { BidNoticeClaims, Ssp } from "../../src/serving/bidPorts.ts";
import type { ServingEvent } from "../../src/serving/ports.ts";
import {
  createRecordNotice,
  type NoticeClaim,
  type ToldNotice,
} from "../../src/serving/recordNotice.ts";
import { createClaimNotice } from "../../src/stores/redis/claimNotice.ts";
import type { RedisClient } from "../../src/stores/redis/connect.ts";
import { createReleaseHolds } from "../../src/stores/redis/releaseHolds.ts";
import { createShareLearning } from "../../src/stores/redis/shareLearning.ts";
import { noonMs } from "./money.ts";

/** An SSP that bills by burl, in clear, unless told otherwise. */
export function sspOf(changes: Partial<Ssp> = {}): Ssp {
  return {
    sspId: 3,
    name: "demo",
    status: "active",
    keyHash: null,
    addresses: null,
    openToBrowsers: false,
    qpsLimit: 1_000,
    deadlineMs: 100,
    networkMs: 10,
    answer: {
      seat: null,
      wantsNoBidReasons: false,
      clickMacro: null,
      priceMacro: auctionMacro("PRICE"),
      holdSeconds: 300,
      domain: "ads.example",
    },
    price: { currencies: [], marginPermille: 100, shading: defaultShading },
    priceCodec: clearPrice,
    billedBy: "burl",
    syncUrl: null,
    ...changes,
  };
}

let bids = 0;

/** A bid of campaign 12 of advertiser 7 at €2 per thousand, held for five minutes, unless told otherwise. */
export function bidClaims(changes: Partial<BidNoticeClaims> = {}): BidNoticeClaims {
  const identity = {
    decisionId: `b${process.pid}-${++bids}`,
    slot: 0,
    campaignId: 12,
    advertiserId: 7,
    ...changes,
  };
  return {
    sspId: 3,
    creativeId: 99,
    holdId: holdIdOf(identity),
    budgetDay: "2026-06-01",
    priceMicros: 2_000_000,
    currency: "EUR",
    costMicros: 2_000_000,
    issuedAtMs: noonMs,
    expiresAtMs: noonMs + 300_000,
    test: false,
    ...identity,
  };
}

/** Rates of the test day: a euro buys $1.10. */
export const dollars: ExchangeTable = {
  asOfMs: Date.UTC(2026, 5, 1),
  microsPerEuro: new Map([["USD", 1_100_000]]),
};

export const noticeKey = noticeKeyFrom(Buffer.from("a secret that is long enough for every test"));

/** Notices on a real Redis. `tell` answers what became of one. */
export function openNotices(
  redis: RedisClient,
  {
    ssp = sspOf(),
    rates = euroOnly,
    mayWait = true,
  }: { ssp?: Ssp | null; rates?: ExchangeTable; mayWait?: boolean } = {},
) {
  const emitted: ServingEvent[] = [];
  const spooled: NoticeClaim[] = [];
  const told: ToldNotice[] = [];
  const learning = createBidLearning({ share: createShareLearning(redis) });
  const notices = createRecordNotice({
    keys: [noticeKey],
    findSsp: (sspId) => (ssp?.sspId === sspId ? ssp : null),
    rates: () => rates,
    claim: createClaimNotice({ redis }),
    releaseHolds: createReleaseHolds(redis),
    learning,
    spool: (claim) => mayWait && spooled.push(claim) > 0,
    emit: (event) => emitted.push(event),
    onTold: (one) => told.push(one),
  });
  return {
    notices,
    learning,
    emitted,
    spooled,
    told,
    async tell(
      kind: NoticeKind,
      claims: BidNoticeClaims,
      query: Readonly<Record<string, string>> = { price: "1.5" },
      nowMs = noonMs + 1_000,
    ): Promise<ToldNotice["outcome"]> {
      const token = signBidNotice(claims, noticeKey);
      await notices.tell(kind, token, new URLSearchParams(query), nowMs);
      return told.at(-1)!.outcome;
    },
  };
}
