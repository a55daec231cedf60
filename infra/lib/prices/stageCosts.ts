import type { Size } from "../sizes.ts";
import { type CostLine, monthHours } from "./estimate.ts";

/** What a month of a stage brings, besides what stands there all the time. Said beside every figure that follows from it. */
export interface MonthOfTraffic {
  readonly adRequests: number;
  /** Of events in the stream, unpacked, GB. */
  readonly eventGb: number;
  readonly pictureGb: number;
  readonly warehouseHours: number;
  readonly scoredVisitors: number;
}

export const trafficOf: Readonly<Record<"dev" | "staging" | "prod", MonthOfTraffic>> = {
  dev: { adRequests: 1e6, eventGb: 2, pictureGb: 1, warehouseHours: 5, scoredVisitors: 1e5 },
  staging: { adRequests: 2e7, eventGb: 30, pictureGb: 20, warehouseHours: 10, scoredVisitors: 1e6 },
  // Some 600 a second by day.
  prod: {
    adRequests: 1e9,
    eventGb: 1_500,
    pictureGb: 2_000,
    warehouseHours: 60,
    scoredVisitors: 2e7,
  },
};

/** A month of a stage at its fewest tasks, line by line. */
export function stageCosts(
  size: Size,
  traffic: MonthOfTraffic,
  zones: number,
): readonly CostLine[] {
  return [...standing(size, zones), ...stores(size, traffic), ...passing(size, traffic)];
}

function standing(size: Size, zones: number): readonly CostLine[] {
  const tasks = [size.ads, size.management];
  const sum = (of: (task: Size["ads"]) => number): number =>
    tasks.reduce((all, task) => all + task.minTasks * of(task), 0) * monthHours;
  return [
    {
      what: "tasks: processors",
      price: "fargateVcpuHour",
      quantity: sum((task) => task.cpuUnits / 1_024),
    },
    {
      what: "tasks: memory",
      price: "fargateGbHour",
      quantity: sum((task) => task.memoryMiB / 1_024),
    },
    {
      what: "tasks: disk beyond 20 GB",
      price: "fargateDiskGbHour",
      quantity: sum((task) => task.diskGb - 20),
    },
    { what: "NAT", price: "natHour", quantity: size.natGateways * monthHours },
    { what: "endpoints", price: "endpointHour", quantity: 5 * zones * monthHours },
    {
      what: "public addresses",
      price: "publicAddressHour",
      quantity: (zones + size.natGateways) * monthHours,
    },
    { what: "balancer", price: "balancerHour", quantity: monthHours },
    { what: "firewall", price: "firewallMonth", quantity: 1 },
    { what: "secrets", price: "secretMonth", quantity: 5 },
    { what: "metrics", price: "metricMonth", quantity: 15 },
    { what: "alarms", price: "alarmMonth", quantity: 40 },
  ];
}

function stores(size: Size, traffic: MonthOfTraffic): readonly CostLine[] {
  const { database, cache, stream } = size;
  const copies = database.isMultiAz ? 2 : 1;
  const nodes = cache.shards * (1 + cache.replicas);
  const shards =
    stream.mode === "provisioned"
      ? { what: "stream: shards", price: "kinesisShardHour", quantity: stream.shards * monthHours }
      : { what: "stream: on demand", price: "kinesisOnDemandHour", quantity: monthHours };
  return [
    { what: "Postgres", price: `rds.${database.instance}.hour`, quantity: copies * monthHours },
    {
      what: "Postgres: storage",
      price: "rdsStorageGbMonth",
      quantity: copies * database.storageGb,
    },
    { what: "Postgres: proxy", price: "rdsProxyVcpuHour", quantity: 2 * monthHours },
    { what: "Redis", price: `${cache.node}.hour`, quantity: nodes * monthHours },
    {
      what: "scores: written",
      price: "dynamodbMillionWrites",
      quantity: (30 * traffic.scoredVisitors) / 1e6,
    },
    // One in five pages is a visitor's whom Redis does not know.
    { what: "scores: read", price: "dynamodbMillionReads", quantity: traffic.adRequests / 5 / 1e6 },
    {
      what: "scores: kept",
      price: "dynamodbGbMonth",
      quantity: (traffic.scoredVisitors * 500) / 1e9,
    },
    shards,
  ];
}

/** Records are gzipped six times smaller before the stream; Parquet is some eight times smaller than JSON. */
function passing(size: Size, traffic: MonthOfTraffic): readonly CostLine[] {
  const onDemand = size.stream.mode === "on-demand" ? traffic.eventGb / 6 : 0;
  const keptGb = (traffic.eventGb / 8) * (size.lake.keptDays / 30);
  return [
    // A unit is 25 new connections or a GB an hour; requests of a page are some 3 KB with their answer.
    {
      what: "balancer: traffic",
      price: "balancerUnitHour",
      quantity: Math.max(monthHours, (traffic.adRequests * 4e3) / 1e9),
    },
    { what: "stream: traffic", price: "kinesisOnDemandGb", quantity: onDemand },
    { what: "lake: written", price: "firehoseGb", quantity: traffic.eventGb },
    { what: "lake: kept (once full)", price: "s3GbMonth", quantity: keptGb },
    { what: "functions", price: "lambdaGbSecond", quantity: traffic.eventGb * 40 },
    {
      what: "warehouse",
      price: "redshiftUnitHour",
      quantity: traffic.warehouseHours * size.warehouse.baseRpus,
    },
    { what: "answers, out", price: "transferOutGb", quantity: (traffic.adRequests * 2e3) / 1e9 },
    { what: "pictures and tags, out", price: "cdnGb", quantity: traffic.pictureGb },
    {
      what: "pictures and tags, asked",
      price: "cdnMillionRequests",
      quantity: (traffic.pictureGb * 3e4) / 1e6,
    },
    {
      what: "firewall: requests",
      price: "firewallMillionRequests",
      quantity: (traffic.pictureGb * 3e4) / 1e6,
    },
    { what: "logs", price: "logGb", quantity: 5 + traffic.adRequests / 1e8 },
  ];
}
