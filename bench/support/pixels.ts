import { randomUUID } from "node:crypto";
import { budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { signTrackingToken, trackingKeyFrom } from "../../src/serving/trackingToken.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createRedisHolds } from "../../src/stores/redis/holds.ts";
import { benchSecret } from "./secret.ts";

/** How long a page takes to draw an ad, at least: so old are the holds when their impressions come. */
const holdLifeMs = 120_000;
const atOnce = 200;

/**
 * Paths of impressions that have not come yet, each of a hold that is open in Redis, as if that many ads had just been
 * answered: a third of them capped, of ten thousand visitors. The server's buckets must be open.
 */
export async function mintPixels(redisUrl: string, count: number): Promise<readonly string[]> {
  const redis = connectRedis({ url: redisUrl, commandTimeoutMs: 10_000 });
  await redisReady(redis);
  const { holdBudgets } = createRedisHolds({ redis });
  const key = trackingKeyFrom(Buffer.from(benchSecret));
  const paths: string[] = [];
  const mintOne = async (index: number): Promise<readonly string[]> => {
    const nowMs = Date.now();
    const ad = adOf(index);
    const isCapped = ad.campaignId % 3 === 0;
    const [outcome] = await holdBudgets(
      [
        {
          ...ad,
          amountMicros: ad.priceMicros,
          totalBudgetMicros: 1e12,
          dailyBudgetMicros: 1e11,
          balanceMicros: null,
          frequencyCaps: isCapped
            ? [{ per: "campaign", maxImpressions: 1_000, windowSeconds: 86_400 }]
            : [],
          isUncounted: !isCapped,
        },
      ],
      {
        visitorKey: isCapped ? `bench-${index % 10_000}` : null,
        pageViewKey: null,
        addressKey: `address-${index % 5_000}`,
        nowMs,
        timeToLiveMs: holdLifeMs,
      },
    );
    // On a busy machine Redis may be late: there are more.
    if (outcome?.held !== true) return [];
    const claims = {
      ...ad,
      creativeId: ad.campaignId,
      placementId: "top",
      pricing: "cpm" as const,
      holdId: outcome.holdId,
      budgetDay: budgetDayOf(nowMs),
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + 86_400_000,
      test: false,
      mayMeasure: false,
      pageViewKey: null,
    };
    return [`/t/i/${signTrackingToken(claims, key)}`];
  };
  for (let first = 0; first < count; first += atOnce) {
    const indexes = Array.from({ length: Math.min(atOnce, count - first) }, (_, at) => first + at);
    paths.push(...(await Promise.all(indexes.map(mintOne))).flat());
  }
  redis.disconnect();
  if (paths.length < count / 2) throw new Error(`of ${count} ads only ${paths.length} were held`);
  return paths;
}

function adOf(index: number) {
  const campaignId = 1 + ((index * 7_919) % 100_000);
  return {
    decisionId: randomUUID(),
    slot: 0,
    campaignId,
    advertiserId: 1 + (campaignId >> 1),
    priceMicros: 5_000,
  };
}
