import type { CostLine } from "../prices/estimate.ts";
import type { PocOrder } from "./pocOrder.ts";

/** How large the one task is. */
export const pocTask = { cpuUnits: 1_024, memoryMiB: 2_048 } as const;
/** Aurora's units: paused when nobody asks, at most these. */
export const pocDatabase = { leastUnits: 0, mostUnits: 2 } as const;
/** The most that one question to the lake may read. */
export const athenaLimitBytes = 200_000_000_000;

/**
 * What all of its days cost where it is used hard: the task and the database run all the time, the database at half of its
 * most, twenty of the largest questions a day. Paused by night it is about half.
 */
export function pocCosts({ days }: PocOrder): readonly CostLine[] {
  const hours = days * 24;
  const months = days / 30;
  return [
    {
      what: "task (Spot): processor",
      price: "fargateSpotVcpuHour",
      quantity: (hours * pocTask.cpuUnits) / 1_024,
    },
    {
      what: "task (Spot): memory",
      price: "fargateSpotGbHour",
      quantity: (hours * pocTask.memoryMiB) / 1_024,
    },
    { what: "public address", price: "publicAddressHour", quantity: hours },
    {
      what: "Postgres (Aurora Serverless)",
      price: "auroraUnitHour",
      quantity: (hours * pocDatabase.mostUnits) / 2,
    },
    { what: "Postgres: storage, 20 GB", price: "auroraStorageGbMonth", quantity: 20 * months },
    { what: "Redis (Serverless), 0.5 GB", price: "cacheServerlessGbHour", quantity: hours * 0.5 },
    {
      what: "Redis: 100 million units a day",
      price: "cacheServerlessMillionUnits",
      quantity: 100 * days,
    },
    { what: "scores: 2 million written a day", price: "dynamodbMillionWrites", quantity: 2 * days },
    { what: "scores: 5 million read a day", price: "dynamodbMillionReads", quantity: 5 * days },
    { what: "questions to the lake, 4 TB a day", price: "athenaTb", quantity: 4 * days },
    { what: "secrets", price: "secretMonth", quantity: 4 * months },
    { what: "logs, 1 GB a day", price: "logGb", quantity: days },
  ];
}
