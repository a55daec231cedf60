import { Agent } from "node:http";
import { expect } from "vitest";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import type { ProxiedStores } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";
import { type Charged, chargedOf } from "./ledger.ts";
import { type Exchange, exchange, type Load } from "./load.ts";

/** An ad request's deadline in these tests. */
export const deadlineMs = 300;
/** Ways through the machine, and the turns of the event loop that readers and server share. */
const marginMs = 100;
const turnsOfAnExchange = 4;

/** A system with a paid campaign of money without end and a house campaign, both around Limoges. */
export interface Town {
  readonly system: System;
  readonly paidId: number;
  readonly houseId: number;
  /** What the ledger says of a campaign, asked past the faults. */
  readonly charged: (campaignId: number) => Promise<Charged>;
  readonly close: () => Promise<void>;
}

export interface TownOptions {
  readonly stores?: ProxiedStores;
  readonly environment?: Readonly<Record<string, string>>;
  readonly options?: Parameters<typeof startSystem>[2];
}

export async function openTown(town: TownOptions = {}): Promise<Town> {
  const environment = { REQUEST_DEADLINE_MS: String(deadlineMs), ...town.environment };
  const system = await startSystem(environment, town.stores, town.options);
  const paidId = await system.openShop({ dailyBudgetMicros: 1_000_000_000_000 });
  const houseId = await system.openShop(houseFields);
  const { databaseUrl } = system.stores;
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 5_000 });
  return {
    system,
    paidId,
    houseId,
    charged: (campaignId) => chargedOf(db, campaignId),
    async close() {
      await db.destroy();
      await system.close();
    },
  };
}

const houseFields = { priority: "house", bidMicros: 0, dailyBudgetMicros: null };

/** Every page was answered by its deadline, and so was every pixel, with the gif. */
export function expectAllAnswered(load: Load): void {
  const { pages, pixels } = load;
  expect(pages.filter(({ status }) => status !== 200)).toEqual([]);
  expectGifs(pixels);
  const longestMs = deadlineMs + marginMs + turnsOfAnExchange * load.longestTurnMs();
  expect(slowest([...pages, ...pixels])).toBeLessThan(longestMs);
}

export function expectGifs(pixels: readonly Exchange[]): void {
  expect(pixels.filter(({ status, body }) => status !== 200 || body.length !== 43)).toEqual([]);
}

function slowest(exchanges: readonly Exchange[]): number {
  return exchanges.reduce((most, { latencyMs }) => Math.max(most, latencyMs), 0);
}

export interface Readiness {
  readonly httpStatus: number;
  readonly status: string;
  readonly reasons: readonly string[];
}

/** What `/readyz` says; its answers are a second old at most. */
export async function readinessOf(url: string): Promise<Readiness> {
  const agent = new Agent();
  const answer = await exchange(url, agent, { method: "GET", path: "/readyz" });
  agent.destroy();
  const { status, reasons } = JSON.parse(answer.body.toString()) as Readiness;
  return { httpStatus: answer.status, status, reasons };
}
