import { Agent } from "node:http";
import { expect } from "vitest";
import { moneyBucketOf } from "../../src/budgets/holdId.ts";
import { findCampaign } from "../../src/targeting/snapshot.ts";
import { until } from "../support/until.ts";
import { exchange, type Load, startLoad } from "./load.ts";
import { openTown, type Town } from "./outage.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

/** A town whose own node watches and manages, while the readers ask another process, which is killed. */
export interface KilledTown {
  readonly town: Town;
  /** The node that serves now. */
  readonly node: () => ServingProcess;
  /** Kills it under load, after `trouble`; resolves to what its readers had got by then. */
  readonly killUnderLoad: (trouble?: (load: Load) => Promise<void>) => Promise<Load>;
  readonly startAgain: () => Promise<void>;
  /** Everything that was answered is in the ledger; when all is seen again, each paid ad is charged once. */
  readonly expectChargedOnce: (loads: readonly Load[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openKilledTown(
  settings: Readonly<Record<string, string>> = {},
): Promise<KilledTown> {
  const town = await openTown();
  const environment = { ...town.system.stores.environment, ...settings };
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const port = await servingPort();
  let node = await startServing(environment, port);

  const seeAgain = async (loads: readonly Load[]): Promise<void> => {
    const ads = loads.flatMap(({ pages }) => pages.flatMap((page) => page.ads));
    const seen = ads.map(({ impression }) =>
      exchange(node.url, agent, { method: "GET", path: impression }),
    );
    expect((await Promise.all(seen)).filter(({ status }) => status !== 200)).toEqual([]);
  };
  const charged = async () => (await town.charged(town.paidId)).impressions;
  return {
    town,
    node: () => node,
    async killUnderLoad(trouble) {
      const load = startLoad(node.url);
      await until(() => load.shown.size > 200);
      await trouble?.(load);
      await node.kill();
      await load.stop();
      return load;
    },
    async startAgain() {
      node = await startServing(environment, port);
    },
    async expectChargedOnce(loads) {
      const given = loads.flatMap(({ pages }) => pages.flatMap((page) => page.ads));
      const paid = given.filter(({ campaignId }) => campaignId === town.paidId).length;
      const answered = loads.flatMap(({ shown }) => [...shown.values()]);
      const answeredPaid = answered.filter((id) => id === town.paidId).length;
      await until(async () => (await charged()) >= answeredPaid);
      // What was in flight may have been counted before the node died: never more than was given.
      expect(await charged()).toBeLessThanOrEqual(paid);
      await seeAgain(loads);
      await until(async () => (await charged()) >= paid);
      await seeAgain(loads);
      const { jobsRedis } = town.system.server.stores;
      await until(async () => (await jobsRedis.xlen(outboxOf(town))) === 0);
      expect(await town.charged(town.paidId)).toEqual({
        impressions: paid,
        micros: paid * 5_000,
        uncharged: 0,
      });
    },
    async close() {
      agent.destroy();
      await node.kill();
      await town.close();
    },
  };
}

function outboxOf({ system, paidId }: Town): string {
  return `{m${bucketOf(system, paidId)}}:out`;
}

/** The money bucket of a campaign that the town's own node knows. */
export function bucketOf(system: Town["system"], campaignId: number): number {
  const campaign = findCampaign(system.server.jobs.state.snapshot(), campaignId);
  return moneyBucketOf(campaign?.advertiserId ?? 0);
}
