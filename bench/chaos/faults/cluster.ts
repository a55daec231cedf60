import { setTimeout as delay } from "node:timers/promises";
import { moneyBucketOf } from "../../../src/budgets/holdId.ts";
import type { RedisCluster } from "../../../src/embedded/redisCluster.ts";
import { slotOf } from "../../../src/stores/redis/keySlot.ts";
import { bucketKey } from "../../../src/stores/redis/runScript.ts";
import type { Fault, Scene } from "../fault.ts";
import type { Shop } from "../town.ts";

/** Longer than the others wait before they choose a new master. */
const frozenMs = 5_000;
const betweenKeysMs = 2;

const slotOfMoney = ({ advertiserId }: Shop): number =>
  slotOf(bucketKey(moneyBucketOf(advertiserId)));

/** A Redis Cluster of three masters and their replicas, which the whole town uses. */
export function clusterFaults(cluster: () => RedisCluster): readonly Fault[] {
  return [
    {
      name: "cluster-master-killed",
      what: "kill -9 of the master that has the money of the shop that sells; its replica takes over",
      tells: ["redis"],
      onCluster: true,
      async run({ paid, lifted }) {
        const master = await cluster().masterOf(slotOfMoney(paid));
        lifted();
        await master.crash();
        await untilReplaced(cluster(), paid, master.port);
        await master.start();
      },
    },
    {
      name: "cluster-master-paused",
      what: "SIGSTOP of that master for 5 s; its replica takes over, and the old one comes back",
      tells: ["redis"],
      onCluster: true,
      async run({ paid, lifted }) {
        const master = await cluster().masterOf(slotOfMoney(paid));
        lifted();
        await master.signal("SIGSTOP");
        await delay(frozenMs);
        await master.signal("SIGCONT");
        await untilReplaced(cluster(), paid, master.port);
      },
    },
    {
      name: "cluster-slots-moved",
      what: "the slots of the shops' money move to another master, key by key",
      tells: [],
      onCluster: true,
      async run({ paid, other, lifted }: Scene) {
        for (const shop of [paid, other]) {
          const slot = slotOfMoney(shop);
          const from = await cluster().masterOf(slot);
          const to = await anotherMaster(cluster(), from.port);
          await cluster().moveSlot(slot, to, () => delay(betweenKeysMs));
        }
        lifted();
      },
      isOver: () =>
        cluster()
          .untilWhole()
          .then(() => true),
    },
  ];
}

async function untilReplaced(cluster: RedisCluster, shop: Shop, port: number): Promise<void> {
  const giveUpAtMs = performance.now() + 30_000;
  const isStillMaster = async () => (await cluster.masterOf(slotOfMoney(shop))).port === port;
  while (await isStillMaster().catch(() => true)) {
    if (performance.now() > giveUpAtMs) throw new Error("no replica took over");
    await delay(50);
  }
}

/** The first slots of three masters, as they were dealt: one of them is not where `port` is. */
async function anotherMaster(cluster: RedisCluster, port: number) {
  for (const slot of [0, 6_000, 12_000]) {
    const master = await cluster.masterOf(slot);
    if (master.port !== port) return master;
  }
  throw new Error("there is no other master");
}
