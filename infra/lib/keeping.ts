import { RemovalPolicy } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Size } from "./sizes.ts";

/** What becomes of data when its stack is deleted. */
export function removalOf({ keepsData }: Pick<Size, "keepsData">): RemovalPolicy {
  return keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

const retentions: Readonly<Record<number, RetentionDays>> = {
  3: RetentionDays.THREE_DAYS,
  14: RetentionDays.TWO_WEEKS,
  90: RetentionDays.THREE_MONTHS,
};

/** CloudWatch keeps logs for some numbers of days only. Throws for another. */
export function logDays(days: number): RetentionDays {
  const retention = retentions[days];
  if (retention === undefined) throw new Error(`Logs cannot be kept for ${days} days`);
  return retention;
}
