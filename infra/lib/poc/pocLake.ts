import { CfnOutput, CfnParameter, type Stack } from "aws-cdk-lib";
import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import type { PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { allow } from "../policies.ts";
import { athenaLimitBytes } from "./pocCosts.ts";
import type { PocOrder } from "./pocOrder.ts";

/** A place to ask the lake questions, each of a bounded price, and a role that may read it and write nothing. */
export function addPocLake(stack: Stack, { name }: PocOrder, role: Role): void {
  const bucket = new CfnParameter(stack, "LakeBucket", {
    type: "String",
    allowedPattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    description: "The bucket of the lake that it reads",
  }).valueAsString;
  const database = new CfnParameter(stack, "LakeDatabase", {
    type: "String",
    allowedPattern: "^[a-z0-9_]{1,60}$",
    description: "The lake's database in Glue's catalogue: atelier_prod",
  }).valueAsString;
  const group = new CfnWorkGroup(stack, "Questions", {
    name: `atelier-poc-${name}`,
    description: "Questions to the lake",
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      bytesScannedCutoffPerQuery: athenaLimitBytes,
      publishCloudWatchMetricsEnabled: true,
      // Answers are kept by Athena itself, for a day: there is no bucket to be emptied.
      managedQueryResultsConfiguration: { enabled: true },
    },
  });
  for (const statement of reading(stack, bucket, database, group.name)) role.addToPolicy(statement);
  new CfnOutput(stack, "WorkGroup", { value: group.name });
}

function reading(
  stack: Stack,
  bucket: string,
  database: string,
  group: string,
): readonly PolicyStatement[] {
  const arn = (service: string, resource: string, resourceName?: string): string =>
    stack.formatArn({ service, resource, ...(resourceName === undefined ? {} : { resourceName }) });
  const bucketArn = `arn:${stack.partition}:s3:::${bucket}`;
  return [
    allow(["s3:GetObject"], [`${bucketArn}/lake/*`]),
    allow(["s3:GetBucketLocation", "s3:ListBucket"], [bucketArn]),
    allow(
      [
        "glue:GetDatabase",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
        "glue:GetTables",
      ],
      [
        arn("glue", "catalog"),
        arn("glue", "database", database),
        arn("glue", "table", `${database}/*`),
      ],
    ),
    allow(
      [
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ],
      [arn("athena", "workgroup", group)],
    ),
  ];
}
