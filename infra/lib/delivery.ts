import type { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnDeliveryStream } from "aws-cdk-lib/aws-kinesisfirehose";
import { LogGroup, LogStream } from "aws-cdk-lib/aws-logs";
import { logDays, removalOf } from "./keeping.ts";
import { catalogueArns, type Lake, type LakeEntry, lakeFolder } from "./lake.ts";
import { allow } from "./policies.ts";
import type { Setup } from "./setup.ts";

/** Into the table of one schema. */
export interface Delivery {
  readonly schema: string;
  readonly stream: CfnDeliveryStream;
}

/** For each table of the lake what writes its Parquet, with the catalogue's columns, by date and hour of the event. */
export function addDeliveries(stack: Stack, setup: Setup, lake: Lake): readonly Delivery[] {
  const logs = new LogGroup(stack, "DeliveryLogs", {
    retention: logDays(setup.size.logDays),
    removalPolicy: removalOf({ keepsData: false }),
  });
  return lake.tables.map((entry) => ({
    schema: entry.table.schema,
    stream: addDelivery(stack, setup, lake, entry, logs),
  }));
}

function addDelivery(
  stack: Stack,
  setup: Setup,
  lake: Lake,
  entry: LakeEntry,
  logs: LogGroup,
): CfnDeliveryStream {
  const { viewName, schema } = entry.table;
  const role = addRole(stack, lake, entry, logs);
  const logStream = new LogStream(stack, `DeliveryLog-${viewName}`, {
    logGroup: logs,
    removalPolicy: removalOf({ keepsData: false }),
  });
  const partition = "date=!{partitionKeyFromQuery:date}/hour=!{partitionKeyFromQuery:hour}";
  const delivery = new CfnDeliveryStream(stack, `Delivery-${viewName}`, {
    deliveryStreamName: `atelier-${setup.stage}-${viewName}`,
    deliveryStreamType: "DirectPut",
    deliveryStreamEncryptionConfigurationInput: { keyType: "AWS_OWNED_CMK" },
    extendedS3DestinationConfiguration: {
      bucketArn: lake.bucket.bucketArn,
      roleArn: role.roleArn,
      prefix: `${lakeFolder(entry.table)}/${partition}/`,
      errorOutputPrefix: `errors/${schema}/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/`,
      bufferingHints: { intervalInSeconds: 300, sizeInMBs: 128 },
      dynamicPartitioningConfiguration: { enabled: true },
      processingConfiguration: partitioning,
      dataFormatConversionConfiguration: conversion(stack, role, lake, entry),
      cloudWatchLoggingOptions: {
        enabled: true,
        logGroupName: logs.logGroupName,
        logStreamName: logStream.logStreamName,
      },
    },
  });
  // Firehose tries what it was given as it is made: without its rights it is refused.
  delivery.node.addDependency(role);
  return delivery;
}

/** Rows come many in a record, as one costs at least 5 KB; each says where it belongs. */
const partitioning: CfnDeliveryStream.ProcessingConfigurationProperty = {
  enabled: true,
  processors: [
    {
      type: "RecordDeAggregation",
      parameters: [{ parameterName: "SubRecordType", parameterValue: "JSON" }],
    },
    {
      type: "MetadataExtraction",
      parameters: [
        {
          parameterName: "MetadataExtractionQuery",
          parameterValue: "{date: .occurred_at[0:10], hour: .occurred_at[11:13]}",
        },
        { parameterName: "JsonParsingEngine", parameterValue: "JQ-1.6" },
      ],
    },
  ],
};

function conversion(
  stack: Stack,
  role: Role,
  lake: Lake,
  { entry }: LakeEntry,
): CfnDeliveryStream.DataFormatConversionConfigurationProperty {
  return {
    enabled: true,
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: { caseInsensitive: false } } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
    schemaConfiguration: {
      catalogId: stack.account,
      databaseName: lake.databaseName,
      tableName: entry.ref,
      region: stack.region,
      roleArn: role.roleArn,
      versionId: "LATEST",
    },
  };
}

/** A role a table: it writes that table's folder and reads its columns, and nothing else. */
function addRole(stack: Stack, lake: Lake, entry: LakeEntry, logs: LogGroup): Role {
  const { viewName, schema } = entry.table;
  const role = new Role(stack, `DeliveryRole-${viewName}`, {
    assumedBy: new ServicePrincipal("firehose.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  });
  const { bucketArn } = lake.bucket;
  for (const statement of [
    allow(
      ["s3:AbortMultipartUpload", "s3:PutObject"],
      [`${bucketArn}/${lakeFolder(entry.table)}/*`, `${bucketArn}/errors/${schema}/*`],
    ),
    allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], [bucketArn]),
    allow(
      ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
      catalogueArns(stack, { ...lake, tables: [entry] }),
    ),
    allow(["logs:PutLogEvents"], [logs.logGroupArn]),
  ])
    role.addToPolicy(statement);
  return role;
}
