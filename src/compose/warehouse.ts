import { existsSync } from "node:fs";
import type { Config } from "../config.ts";
import type { WarehouseOrder } from "../jobs/insightsPass.ts";
import { SetupError } from "../setupError.ts";
import { lakePlaces } from "./lake.ts";

type Settings = Parameters<typeof lakePlaces>[0] &
  Pick<
    Config,
    | "redshiftDatabase"
    | "redshiftWorkgroup"
    | "redshiftCluster"
    | "redshiftSecretArn"
    | "redshiftEndpoint"
  >;

/** Where analysis asks by these settings: Redshift where one is named, else the lake of this machine; null = neither is there. */
export function warehouseOf(settings: Settings): WarehouseOrder | null {
  const { redshiftDatabase: database, redshiftWorkgroup, redshiftCluster } = settings;
  if (database !== null) {
    if ((redshiftWorkgroup === null) === (redshiftCluster === null))
      throw new SetupError(
        "REDSHIFT_DATABASE needs REDSHIFT_WORKGROUP or REDSHIFT_CLUSTER, one of them.",
      );
    return {
      kind: "redshift",
      endpoint: settings.redshiftEndpoint,
      region: settings.awsRegion ?? "eu-west-3",
      database,
      workgroup: redshiftWorkgroup,
      cluster: redshiftCluster,
      secretArn: settings.redshiftSecretArn,
    };
  }
  const { eventsFolder: _, ...place } = lakePlaces(settings);
  const isThere = place.lakeFolder.startsWith("s3:") || existsSync(place.lakeFolder);
  return isThere ? { kind: "lake", ...place } : null;
}
