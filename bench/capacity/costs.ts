import {
  type CostLine,
  monthHours,
  type PricedLine,
  type PriceTable,
  priceLines,
  readPrices,
} from "../../infra/lib/prices/estimate.ts";
import { stageCosts } from "../../infra/lib/prices/stageCosts.ts";
import { sizes } from "../../infra/lib/sizes.ts";
import type { Plan } from "./model.ts";
import ownPrices from "./prices.json" with { type: "json" };
import { aMonth } from "./traffic.ts";

const zones = 3;
/** What a request brings in, with its head. */
const bytesIn = 1_200;

/** AWS's table of prices, and the few that only this model needs. */
export function capacityPrices(): PriceTable {
  const table = readPrices();
  return { ...table, prices: { ...ownPrices, ...table.prices } };
}

/** A month of a plan, US dollars, the dearest first: what it reckons itself, and what infra's stage of production has besides. */
export function monthOf(plan: Plan): readonly PricedLine[] {
  const { traffic, serving, redis, stream, scores, assumed } = plan;
  const prod = sizes.prod;
  const size = {
    ...prod,
    ads: { ...prod.ads, minTasks: serving.paidTasks },
    cache: { ...prod.cache, shards: redis.shards },
    stream: { mode: "provisioned", shards: stream.shards, keptHours: 72 },
  } as const;
  const month = {
    adRequests: aMonth(traffic.mean.requests),
    eventGb: stream.jsonGbMonth,
    pictureGb: (aMonth(traffic.mean.ads) * 15e3) / 1e9,
    warehouseHours: assumed.warehouseHours,
    scoredVisitors: scores.writesMonth / 30,
  };
  const own = ownLines(plan);
  const others = stageCosts(size, month, zones).filter(
    ({ what }) => !own.some((line) => line.what === what),
  );
  return priceLines([...own, ...others], capacityPrices())
    .filter(({ dollars }) => dollars > 0)
    .toSorted((a, b) => b.dollars - a.dollars);
}

/** Named as infra names them, in whose place they stand. */
function ownLines({ traffic, ledger, scores, stream, outGbMonth }: Plan): readonly CostLine[] {
  const { mean } = traffic;
  const asked = mean.requests + mean.bidRequests + mean.events + mean.activity;
  const inGbMonth = (aMonth(asked) * bytesIn) / 1e9;
  // Written to the stream in units of 25 KB.
  const putUnits = aMonth(
    (mean.events * stream.packedMegabytes * 1e6) / 25e3 / traffic.peak.events,
  );
  return [
    // One price for every size of a family, by its processors.
    {
      what: "Postgres",
      price: "rds.r6g.large.hour",
      quantity: 2 * ledger.units * ledger.databases * monthHours,
    },
    { what: "Postgres: storage", price: "rdsStorageGbMonth", quantity: 2 * ledger.gbKept },
    {
      what: "Postgres: proxy",
      price: "rdsProxyVcpuHour",
      quantity: 2 * ledger.units * ledger.databases * monthHours,
    },
    { what: "scores: read", price: "dynamodbMillionReads", quantity: scores.readsMonth / 1e6 },
    { what: "scores: written", price: "dynamodbMillionWrites", quantity: scores.writesMonth / 1e6 },
    { what: "scores: kept", price: "dynamodbGbMonth", quantity: scores.gb },
    { what: "stream: put", price: "kinesisPutMillionUnits", quantity: putUnits / 1e6 },
    {
      what: "balancer: traffic",
      price: "balancerUnitHour",
      quantity: Math.max(monthHours, inGbMonth + outGbMonth),
    },
    { what: "answers, out", price: "transferOutGb", quantity: outGbMonth },
    { what: "lake: kept (once full)", price: "s3GbMonth", quantity: stream.lakeGb },
  ];
}
