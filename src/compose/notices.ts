import type { Router } from "express";
import type { Config } from "../config.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { noticesRouter } from "../routes/notices.ts";
import type { SharedBidLearning } from "../serving/bidLearning.ts";
import { createSignBidNotice, type NoticeKey, noticeKeyFrom } from "../serving/bidNoticeToken.ts";
import type { CurrentRates, FindSspById, SignBidNotice } from "../serving/bidPorts.ts";
import {
  createRecordNotice,
  type NoticeClaim,
  type RecordNotice,
} from "../serving/recordNotice.ts";
import { createSpool, type EventSpool } from "../stores/files/eventSpool.ts";
import { createClaimNotice } from "../stores/redis/claimNotice.ts";
import { createReleaseHolds } from "../stores/redis/releaseHolds.ts";
import type { Log } from "./log.ts";
import { noticeReport } from "./noticeReport.ts";
import { describe, type Stores } from "./stores.ts";

export interface Notices {
  readonly router: Router;
  readonly sign: SignBidNotice;
  /** Shares what is learnt with the other nodes from now on, about every second, until it is stopped. */
  readonly startExchanging: () => Repeating;
  /** The pixel of a bid was counted: for SSPs that are billed on the impression. */
  readonly shown: RecordNotice["shown"];
  /** Counts bills that were told while Redis was away. Answers how many went through. Never rejects. */
  readonly replay: () => Promise<number>;
  /** What waits on disk meanwhile, and what no longer fitted. */
  readonly counts: EventSpool["counts"];
}

export interface NoticesOptions {
  /** Our own address as SSPs reach it. */
  readonly publicUrl: string;
  readonly findSsp: FindSspById;
  readonly rates: CurrentRates;
  readonly learning: SharedBidLearning;
}

const exchangeEveryMs = 1_000;

/** What SSPs tell of our bids, and what is learnt of it. */
export function composeNotices(
  config: Config,
  stores: Pick<Stores, "redis" | "clock" | "events">,
  { publicUrl, findSsp, rates, learning }: NoticesOptions,
  metrics: Metrics,
  log: Log,
): Notices {
  const { nowMs } = stores.clock;
  const key = noticeKeyFrom(Buffer.from(config.tokenSecret));
  const directory = `${config.dataDir}/spool-notices/${config.spoolName}`;
  const spool = createSpool({ directory }, isNoticeClaim);
  const notices = createRecordNotice({
    keys: [key, ...previousKeysOf(config)],
    findSsp,
    rates,
    claim: createClaimNotice({
      redis: stores.redis,
      onError: (error) => log.debug({ error: describe(error) }, "notice not claimed"),
    }),
    releaseHolds: createReleaseHolds(stores.redis),
    learning,
    spool: spool.spool,
    emit: stores.events.emit,
    onTold: noticeReport(metrics, log, () => performance.now()),
  });
  return {
    router: noticesRouter({ notices, now: nowMs }),
    sign: createSignBidNotice(publicUrl, key),
    startExchanging: () =>
      repeat(
        () => learning.exchange(nowMs()),
        exchangeEveryMs,
        (error) => log.warn({ error: describe(error) }, "win rates not shared"),
      ),
    shown: notices.shown,
    replay: () => spool.replayAll(notices.replay),
    counts: spool.counts,
  };
}

/** Addresses signed before the secret was changed still count. */
function previousKeysOf({ previousTokenSecret }: Config): readonly NoticeKey[] {
  return previousTokenSecret === null ? [] : [noticeKeyFrom(Buffer.from(previousTokenSecret))];
}

function isNoticeClaim(value: unknown): value is NoticeClaim {
  if (typeof value !== "object" || value === null) return false;
  const { kind, claims, bill, occurredAtMs } = value as Partial<NoticeClaim>;
  const isWitness = kind === "win" || kind === "billing" || kind === "impression";
  const isBill = isWitness && typeof bill === "object";
  return isBill && typeof claims?.advertiserId === "number" && Number.isInteger(occurredAtMs);
}
