import { minToWinBuckets } from "../../openrtb/bidShading.ts";
import type { LearntBatch, LearntByAll, ShareLearning } from "../../serving/bidLearning.ts";
import type { BidCounts } from "../../serving/winRate.ts";
import type { RedisClient } from "./connect.ts";
import { shareLearningScript } from "./lua/shareLearning.ts";
import { createScript } from "./runScript.ts";

/** Markets change by the time of the day. */
const halfLifeMs = 3_600_000;
const rememberMs = 12 * halfLifeMs;
/** An SSP that begins to buy otherwise is noticed after so many bids. */
const mostBids = 2_000;
const mostBidsOfAll = 20_000;
const share = createScript(shareLearningScript, "the slot");

/** What nodes learn of bids, shared by way of Redis: one script an SSP and exchange, in one slot. Rejects when Redis is away. */
export function createShareLearning(redis: RedisClient): ShareLearning {
  return async (batch, nowMs) => {
    const args = [
      nowMs,
      halfLifeMs,
      rememberMs,
      mostBids,
      mostBidsOfAll,
      minToWinBuckets,
      encodeBatch(batch),
    ];
    const answer = (await share(redis, learntKey(batch.sspId), args)) as readonly string[];
    return decodeAnswer(answer);
  };
}

function learntKey(sspId: number): string {
  return `{ssp:${sspId}}:learnt`;
}

function encodeBatch({ counts, minToWin }: LearntBatch): string {
  const rows = [...counts].map(([campaignId, { bids, wins, billings, impressions }]) => [
    campaignId,
    bids,
    wins,
    billings,
    impressions,
  ]);
  return JSON.stringify({ counts: rows, prices: [...minToWin] });
}

function decodeAnswer(answer: readonly string[]): LearntByAll {
  const counts = answer.slice(0, -1).map((text): readonly [number, BidCounts] => {
    const [campaignId = 0, bids = 0, wins = 0, billings = 0, impressions = 0] = numbersOf(text);
    return [campaignId, { bids, wins, billings, impressions }];
  });
  return { counts: new Map(counts), minToWin: numbersOf(answer.at(-1) ?? "") };
}

function numbersOf(text: string): readonly number[] {
  return text.split(" ").map(Number);
}
