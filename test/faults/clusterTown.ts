import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { moneyBucketOf } from "../../src/budgets/holdId.ts";
import { type RedisCluster, startRedisCluster } from "../../src/embedded/redisCluster.ts";
import type { RedisClusterNode } from "../../src/embedded/redisClusterNode.ts";
import { slotOf } from "../../src/stores/redis/keySlot.ts";
import { bucketKey } from "../../src/stores/redis/runScript.ts";
import { findCampaign } from "../../src/targeting/snapshot.ts";
import { until } from "../support/until.ts";
import { type Load, startLoad } from "./load.ts";
import { openTown, readinessOf, type Town } from "./outage.ts";

/** A town whose Redis is a real cluster: three masters, and a replica of each. */
export interface ClusterTown {
  readonly cluster: RedisCluster;
  readonly town: Town;
  /** Readers with many addresses. */
  readonly startLoad: () => Load;
  /** The slot of a campaign's money. */
  readonly slotOfMoney: (campaignId: number) => number;
  readonly masterOf: (campaignId: number) => Promise<RedisClusterNode>;
  /** The replica of a master that began as such, or the master of a replica. */
  readonly partnerOf: (node: RedisClusterNode) => RedisClusterNode;
  /** Ends the load; then each impression of the paid campaign that was answered is charged once, and nothing else is. */
  readonly expectChargedOnce: (load: Load) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openClusterTown(): Promise<ClusterTown> {
  const folder = await mkdtemp(join(inject("testDir"), "cluster-"));
  const cluster = await startRedisCluster({ folder, binary: inject("redisBinary") });
  const town = await openTown({ environment: { REDIS_URL: cluster.url, TRUST_PROXY: "1" } });
  const { server, url } = town.system;
  const slotOfMoney = (campaignId: number): number => {
    const campaign = findCampaign(server.jobs.state.snapshot(), campaignId);
    return slotOf(bucketKey(moneyBucketOf(campaign?.advertiserId ?? 0)));
  };
  return {
    cluster,
    town,
    slotOfMoney,
    masterOf: (campaignId) => cluster.masterOf(slotOfMoney(campaignId)),
    partnerOf(node) {
      const { nodes } = cluster;
      const partner = nodes[(nodes.indexOf(node) + nodes.length / 2) % nodes.length];
      if (partner === undefined) throw new Error("a node of another cluster");
      return partner;
    },
    startLoad: () =>
      startLoad(url, {
        readers: 10,
        headers: (number) => ({ "x-forwarded-for": `10.${number % 250}.0.1` }),
      }),
    async expectChargedOnce(load) {
      await load.stop();
      await until(async () => (await readinessOf(url)).status === "ready", 20_000);
      const seen = seenOf(load, town.paidId);
      await until(() => server.stores.spool.counts().waitingBytes === 0, 20_000);
      await until(async () => (await town.charged(town.paidId)).impressions >= seen, 20_000);
      await until(() => server.jobs.drainer.outboxState().unwritten === 0, 20_000);
      expect(await town.charged(town.paidId)).toEqual({
        impressions: seen,
        micros: seen * 5_000,
        uncharged: 0,
      });
    },
    async close() {
      await town.close();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const seenOf = ({ shown }: Load, campaignId: number): number =>
  [...shown.values()].filter((id) => id === campaignId).length;

/** Pages asked for since then that came with an ad of the campaign. */
export const soldSince = (load: Load, campaignId: number, sinceMs: number): number =>
  load.since(sinceMs).filter(({ ads }) => ads.some((ad) => ad.campaignId === campaignId)).length;
