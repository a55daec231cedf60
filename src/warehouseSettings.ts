import { optional } from "./defineSettings.ts";
import { text, url } from "./settingKinds.ts";

/** Where analysis asks when it is not the lake on this machine: docs/analysis.md. */
export const warehouseSettings = {
  lakeLandingDir: optional(
    "LAKE_LANDING_DIR",
    text("a path or s3://bucket/prefix"),
    "Where something else (Firehose) puts Parquet with the lake's columns, by schema: `lake:pass` takes it into the lake, each event once.",
  ),
  redshiftDatabase: optional(
    "REDSHIFT_DATABASE",
    text("a database's name"),
    "The Redshift database that analysis asks, by its Data API; without it the lake is asked. Needs a workgroup or a cluster.",
  ),
  redshiftWorkgroup: optional(
    "REDSHIFT_WORKGROUP",
    text("a workgroup's name"),
    "The workgroup of a serverless Redshift.",
  ),
  redshiftCluster: optional(
    "REDSHIFT_CLUSTER",
    text("a cluster's name"),
    "The cluster of a provisioned Redshift.",
  ),
  redshiftSecretArn: optional(
    "REDSHIFT_SECRET_ARN",
    text("an ARN"),
    "The secret with name and password for it; without it our own AWS identity asks.",
  ),
  redshiftEndpoint: optional(
    "REDSHIFT_ENDPOINT",
    url(["http:", "https:"], "http://127.0.0.1:8000"),
    "A Data API other than AWS's own.",
  ),
} as const;
