import { Duration, RemovalPolicy, type Stack } from "aws-cdk-lib";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { removalOf } from "./keeping.ts";
import type { Setup } from "./setup.ts";

/** A bucket that nobody outside reads, encrypted, by TLS alone. */
export function addBucket(
  stack: Stack,
  name: string,
  setup: Setup,
  props: Partial<BucketProps> = {},
): Bucket {
  return new Bucket(stack, name, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: removalOf(setup.size),
    ...props,
  });
}

/** Who asked for what of buckets, the balancer and the CDN: ninety days of it. */
export function addAccessLogs(stack: Stack, setup: Setup): Bucket {
  return addBucket(stack, "AccessLogs", setup, {
    lifecycleRules: [{ expiration: Duration.days(90) }],
    objectOwnership: ObjectOwnership.OBJECT_WRITER,
    removalPolicy: setup.size.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
