import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

/** Allows some actions on some resources, and nothing else. Kept in one place, so that roles read like sentences. */
export function allow(
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>,
): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  });
}
