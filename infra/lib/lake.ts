import { Duration, type Stack } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { type Bucket, StorageClass } from "aws-cdk-lib/aws-s3";
import type { LakeTable } from "../../src/stores/lake/lakeTable.ts";
import { addBucket } from "./buckets.ts";
import { glueTableInput } from "./glueTables.ts";
import { addFunction } from "./lambdas.ts";
import { allow } from "./policies.ts";
import type { Setup } from "./setup.ts";

/** A table and what the catalogue has of it. */
export interface LakeEntry {
  readonly table: LakeTable;
  readonly entry: CfnTable;
}

export interface Lake {
  readonly bucket: Bucket;
  readonly databaseName: string;
  readonly tables: readonly LakeEntry[];
}

/** "atelier_prod": the catalogue's name of the lake. */
export function lakeDatabase({ stage }: Pick<Setup, "stage">): string {
  return `atelier_${stage}`;
}

/** Where Firehose writes, and what passes make of it: each event once, with a manifest of the parts that count. */
export const landingFolder = "lake";
export const mergedFolder = "merged";

/** A table's folder in the bucket. */
export const lakeFolder = (table: LakeTable): string => `${landingFolder}/${table.schema}`;

/** The bucket of Parquet and its catalogue. Old rows move to cheaper storage, then go: the limits are in the table of sizes. */
export function addLake(
  stack: Stack,
  setup: Setup,
  tables: readonly LakeTable[],
  accessLogs: Bucket,
): Lake {
  const { coldAfterDays, keptDays } = setup.size.lake;
  const bucket = addBucket(stack, "Lake", setup, {
    serverAccessLogsBucket: accessLogs,
    serverAccessLogsPrefix: "lake/",
    lifecycleRules: [
      {
        prefix: "lake/",
        transitions: [
          {
            storageClass: StorageClass.INFREQUENT_ACCESS,
            transitionAfter: Duration.days(coldAfterDays),
          },
        ],
        expiration: Duration.days(keptDays),
      },
      { prefix: "errors/", expiration: Duration.days(30) },
      { abortIncompleteMultipartUploadAfter: Duration.days(2) },
    ],
  });
  const databaseName = lakeDatabase(setup);
  const database = new CfnDatabase(stack, "Catalogue", {
    catalogId: stack.account,
    databaseInput: { name: databaseName, description: `Events of Atelier, ${setup.stage}` },
  });
  const entries = tables.map((table) => {
    const entry = new CfnTable(stack, `Table-${table.viewName}`, {
      catalogId: stack.account,
      databaseName,
      tableInput: glueTableInput(table, `s3://${bucket.bucketName}/${lakeFolder(table)}/`),
    });
    entry.addResourceDependency(database);
    return { table, entry };
  });
  const lake = { bucket, databaseName, tables: entries };
  addHours(stack, setup, lake);
  return lake;
}

/** What a role needs to know of the catalogue: itself, the lake's database, its tables. */
export function catalogueArns(stack: Stack, { databaseName, tables }: Lake): readonly string[] {
  const arn = (resource: string, resourceName?: string): string =>
    stack.formatArn({
      service: "glue",
      resource,
      ...(resourceName === undefined ? {} : { resourceName }),
    });
  return [
    arn("catalog"),
    arn("database", databaseName),
    ...tables.map(({ table }) => arn("table", `${databaseName}/${table.viewName}`)),
  ];
}

/** Firehose writes folders; who asks needs to be told of them. */
function addHours(stack: Stack, setup: Setup, lake: Lake): void {
  const adding = addFunction(stack, setup, "AddPartitions", {
    entry: "addPartitions.ts",
    about: "Tells the catalogue of the hours of today and tomorrow",
    timeout: Duration.minutes(5),
    environment: {
      DATABASE: lake.databaseName,
      TABLES: lake.tables.map(({ table }) => table.viewName).join(","),
    },
  });
  adding.addToRolePolicy(
    allow(["glue:GetTable", "glue:BatchCreatePartition"], catalogueArns(stack, lake)),
  );
  const daily = new Rule(stack, "EveryMorning", {
    description: "New hours of the lake",
    schedule: Schedule.cron({ hour: "1", minute: "20" }),
  });
  daily.addTarget(new LambdaFunction(adding, { event: RuleTargetInput.fromObject({}) }));
}
