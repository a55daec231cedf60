/** What is deployed: a place to try things, a small twin of production, and production. */
export const stages = ["dev", "staging", "prod"] as const;
export type Stage = (typeof stages)[number];

/** How large everything of a stage is: the one table of sizes. */
export interface Size {
  readonly domain: string;
  /** 0 = none; one a zone keeps the network when a zone is lost. */
  readonly natGateways: number;
  readonly database: {
    readonly instance: string;
    readonly isMultiAz: boolean;
    readonly storageGb: number;
    readonly maxStorageGb: number;
    readonly backupDays: number;
  };
  readonly cache: { readonly node: string; readonly shards: number; readonly replicas: number };
  readonly ads: ServiceSize;
  readonly management: ServiceSize;
  readonly stream: StreamSize;
  readonly lake: { readonly coldAfterDays: number; readonly keptDays: number };
  /** Redshift Processing Units: the least it works with, the most; billed by the second of work. */
  readonly warehouse: { readonly baseRpus: number; readonly maxRpus: number };
  readonly logDays: number;
  /** The month's limit, US dollars, as AWS bills: at 80 % and 100 %, and where a forecast passes it, somebody is told. */
  readonly budgetDollars: number;
  /** Nothing that holds data may be deleted with its stack. */
  readonly keepsData: boolean;
}

export interface ServiceSize {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Requests a minute and task that scaling aims at. */
  readonly requestsPerTask: number;
  /** Room for event files and the spool, GiB. */
  readonly diskGb: number;
}

export type StreamSize =
  | { readonly mode: "provisioned"; readonly shards: number; readonly keptHours: number }
  | { readonly mode: "on-demand"; readonly keptHours: number };

const dev: Size = {
  domain: "dev.ads.example.fr",
  natGateways: 1,
  database: {
    instance: "t4g.medium",
    isMultiAz: false,
    storageGb: 20,
    maxStorageGb: 50,
    backupDays: 3,
  },
  cache: { node: "cache.t4g.micro", shards: 1, replicas: 1 },
  ads: service(1_024, 2_048, 1, 2, 30_000),
  management: service(512, 1_024, 1, 2, 6_000),
  stream: { mode: "provisioned", shards: 1, keptHours: 24 },
  lake: { coldAfterDays: 30, keptDays: 90 },
  warehouse: { baseRpus: 8, maxRpus: 16 },
  logDays: 14,
  budgetDollars: 600,
  keepsData: false,
};

const staging: Size = {
  ...dev,
  domain: "staging.ads.example.fr",
  natGateways: 1,
  database: { ...dev.database, isMultiAz: true, storageGb: 50, maxStorageGb: 200, backupDays: 7 },
  cache: { node: "cache.t4g.small", shards: 2, replicas: 1 },
  ads: service(1_024, 2_048, 2, 4, 60_000),
  management: service(512, 1_024, 2, 3, 6_000),
  stream: { mode: "provisioned", shards: 2, keptHours: 24 },
  budgetDollars: 1_500,
};

const prod: Size = {
  domain: "ads.example.fr",
  natGateways: 3,
  database: {
    instance: "r6g.large",
    isMultiAz: true,
    storageGb: 200,
    maxStorageGb: 2_000,
    backupDays: 35,
  },
  cache: { node: "cache.r7g.large", shards: 3, replicas: 1 },
  // What a core decides a second is measured (docs/benchmarks.md); half of it leaves room for a zone that is lost.
  ads: service(2_048, 4_096, 3, 30, 240_000, 100),
  management: service(1_024, 2_048, 2, 6, 12_000),
  stream: { mode: "on-demand", keptHours: 72 },
  lake: { coldAfterDays: 90, keptDays: 761 },
  warehouse: { baseRpus: 32, maxRpus: 128 },
  logDays: 90,
  budgetDollars: 6_000,
  keepsData: true,
};

export const sizes: Readonly<Record<Stage, Size>> = { dev, staging, prod };

function service(
  cpuUnits: number,
  memoryMiB: number,
  minTasks: number,
  maxTasks: number,
  requestsPerTask: number,
  diskGb = 30,
): ServiceSize {
  return { cpuUnits, memoryMiB, minTasks, maxTasks, requestsPerTask, diskGb };
}
