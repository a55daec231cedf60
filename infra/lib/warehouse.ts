import type { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnNamespace, CfnWorkgroup } from "aws-cdk-lib/aws-redshiftserverless";
import { catalogueArns, type Lake } from "./lake.ts";
import type { Network } from "./network.ts";
import { allow } from "./policies.ts";
import type { Setup } from "./setup.ts";

export interface Warehouse {
  readonly workgroup: CfnWorkgroup;
  /** Reads the lake for Redshift, and for nobody else. */
  readonly lakeRole: Role;
}

/** Redshift Serverless over the lake: billed by the second that somebody asks something. */
export function addWarehouse(stack: Stack, setup: Setup, network: Network, lake: Lake): Warehouse {
  const { baseRpus, maxRpus } = setup.size.warehouse;
  const lakeRole = new Role(stack, "WarehouseRole", {
    assumedBy: new ServicePrincipal("redshift.amazonaws.com"),
  });
  for (const statement of lakeReading(stack, lake)) lakeRole.addToPolicy(statement);
  const namespace = new CfnNamespace(stack, "WarehouseData", {
    namespaceName: `atelier-${setup.stage}`,
    dbName: "atelier",
    adminUsername: "atelier",
    // Secrets Manager holds and renews it.
    manageAdminPassword: true,
    defaultIamRoleArn: lakeRole.roleArn,
    iamRoles: [lakeRole.roleArn],
    logExports: ["userlog", "connectionlog", "useractivitylog"],
  });
  const workgroup = new CfnWorkgroup(stack, "Warehouse", {
    workgroupName: `atelier-${setup.stage}`,
    namespaceName: namespace.ref,
    baseCapacity: baseRpus,
    maxCapacity: maxRpus,
    enhancedVpcRouting: true,
    publiclyAccessible: false,
    subnetIds: network.vpc.selectSubnets({ subnetGroupName: "store" }).subnetIds,
    securityGroupIds: [network.groups.warehouse.securityGroupId],
    configParameters: [{ parameterKey: "require_ssl", parameterValue: "true" }],
  });
  workgroup.addResourceDependency(namespace);
  return { workgroup, lakeRole };
}

/** To read the lake: its objects, and what the catalogue says of them. */
export function lakeReading(stack: Stack, lake: Lake): readonly ReturnType<typeof allow>[] {
  const { bucketArn } = lake.bucket;
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
      catalogueArns(stack, lake),
    ),
  ];
}
