/** Money keys live in this many Redis Cluster hash tags ("{m0}" to "{m63}"), chosen by the advertiser. */
export const moneyBucketCount = 64;

/** The bucket (0 to 63) that keeps the money of an advertiser. */
export function moneyBucketOf(advertiserId: number): number {
  return advertiserId % moneyBucketCount;
}

/** What makes a hold unique. */
export interface HoldIdentity {
  readonly advertiserId: number;
  readonly campaignId: number;
  readonly decisionId: string;
  readonly slot: number;
}

/** The id of a hold: it begins with its bucket, so that it can be found without a look-up. */
export function holdIdOf(hold: HoldIdentity): string {
  return `${moneyBucketOf(hold.advertiserId)}.${hold.campaignId}.${hold.decisionId}.${hold.slot}`;
}

/** The bucket written at the head of a hold id, or null when it is not one of ours. */
export function bucketOfHoldId(holdId: string): number | null {
  const bucket = Number(/^(\d{1,2})\./.exec(holdId)?.[1] ?? Number.NaN);
  return bucket < moneyBucketCount ? bucket : null;
}

/** The campaign in a hold id, or null when it is not one of ours. */
export function campaignOfHoldId(holdId: string): number | null {
  const campaignId = Number(/^\d{1,2}\.(\d{1,10})\./.exec(holdId)?.[1] ?? Number.NaN);
  return campaignId > 0 ? campaignId : null;
}
