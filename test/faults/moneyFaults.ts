import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "vitest";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { type Load, startLoad } from "./load.ts";
import { openTown, readinessOf, type Town } from "./outage.ts";

/** A town on stores that keep what they have acknowledged, under load from the start. */
export interface MoneyTown {
  readonly stores: ProxiedStores;
  readonly town: Town;
  readonly load: Load;
  /** Impressions of paid ads that readers were told are counted, so far. */
  readonly seen: () => number;
  /** Until so many more of them have come. */
  readonly untilMoreSeen: (count: number) => Promise<void>;
  /** Ends the load; then everything that was answered is charged once, and nothing else is. */
  readonly expectChargedOnce: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openMoneyTown(): Promise<MoneyTown> {
  const stores = await openProxiedStores({ durable: true });
  const town = await openTown({ stores });
  const { server, url } = town.system;
  const load = startLoad(url);
  const seen = () => [...load.shown.values()].filter((id) => id === town.paidId).length;
  const untilMoreSeen = (count: number): Promise<void> => {
    const wanted = seen() + count;
    return until(() => seen() >= wanted, 30_000);
  };
  await untilMoreSeen(100);
  return {
    stores,
    town,
    load,
    seen,
    untilMoreSeen,
    async expectChargedOnce() {
      await load.stop();
      await until(async () => (await readinessOf(url)).status === "ready", 20_000);
      expect(load.pixels.filter(({ status }) => status !== 200)).toEqual([]);
      await until(() => server.stores.spool.counts().waitingBytes === 0, 20_000);
      await until(async () => (await town.charged(town.paidId)).impressions >= seen(), 20_000);
      await until(() => server.jobs.drainer.outboxState().unwritten === 0);
      expect(await town.charged(town.paidId)).toEqual({
        impressions: seen(),
        micros: seen() * 5_000,
        uncharged: 0,
      });
    },
    async close() {
      await load.stop();
      await town.close();
      await stores.close();
    },
  };
}

/** The faults that a durable store or a consumer may have in the middle of load. */
export const moneyFaults = {
  async redisKilled({ stores }: MoneyTown) {
    await stores.redisServer.crash();
    await stores.redisServer.restart();
  },
  postgresCrashed: ({ stores }: MoneyTown) => stores.crashPostgres(),
  async bothAtOnce(town: MoneyTown) {
    await Promise.all([moneyFaults.redisKilled(town), moneyFaults.postgresCrashed(town)]);
  },
  drainerKilledBeforeTheCommit: (town: MoneyTown) => killDrainer(town, "before_commit"),
  drainerKilledAfterTheCommit: (town: MoneyTown) => killDrainer(town, "after_commit"),
} as const;

/** A drainer beside the town's own, which dies at a step of its work. */
async function killDrainer({ stores }: MoneyTown, step: string): Promise<void> {
  const script = join(import.meta.dirname, "..", "support", "drainAndDie.ts");
  const args = [script, stores.redisServer.url, stores.databaseUrl, step];
  // It finds the lock taken, or nothing to do, as often as not: then it ends well, and another one tries.
  for (;;) {
    const [, signal] = await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
    if (signal === "SIGKILL") return;
  }
}
