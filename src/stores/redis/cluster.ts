import { setTimeout as delay } from "node:timers/promises";
import type { Cluster, Redis } from "ioredis";
import { slotOf } from "./keySlot.ts";

/** While a master is away, the others are asked so often who took its place. */
const askAgainMs = 200;
/** A connection is opened within some milliseconds. */
const lookEveryMs = 5;
const nodesOf = new WeakMap<Cluster, Map<string, Redis>>();

/**
 * Knows the connections of a cluster by address, and looks for the new master as soon as the connection to one has ended:
 * by itself the client would look every few seconds only. `prepare` is called with every connection before it is opened.
 */
export function followCluster(cluster: Cluster, prepare: (node: Redis) => void): void {
  const nodes = new Map<string, Redis>();
  nodesOf.set(cluster, nodes);
  let isLookDue = false;
  const lookSoon = (): void => {
    if (isLookDue) return;
    isLookDue = true;
    setTimeout(look, askAgainMs).unref();
  };
  const look = (): void => {
    isLookDue = false;
    if (cluster.status !== "ready" || mastersOf(cluster).every(isReady)) return;
    cluster.refreshSlotsCache(lookSoon);
  };
  cluster.on("+node", (node: Redis) => {
    nodes.set(addressOf(node), node);
    prepare(node);
    node.on("close", lookSoon);
    // Before that the client asks a node whether all is well, and does not wait for one that is being connected to.
    if (cluster.status === "ready") connect(node);
  });
  cluster.on("ready", () => {
    for (const node of nodes.values()) connect(node);
  });
  cluster.on("-node", (node: Redis) => {
    if (nodes.get(addressOf(node)) === node) nodes.delete(addressOf(node));
  });
}

/** Replicas too: who is made a master has a connection already. What fails is told by "node error". */
function connect(node: Redis): void {
  if (node.status === "wait") node.connect().catch(() => undefined);
}

/** The connection to the master of a key's slot, as far as this client knows; null = it is not there, or not open. */
export function masterOf(cluster: Cluster, key: string): Redis | null {
  const node = nodeAt(cluster, cluster.slots[slotOf(key)]?.[0]);
  return isReady(node) ? node : null;
}

/** Resolves when the connections to all masters are open, or at that time (`performance.now()`) at the latest. */
export async function mastersReady(cluster: Cluster, giveUpAtMs: number): Promise<void> {
  while (!mastersOf(cluster).every(isReady) && performance.now() < giveUpAtMs)
    await delay(lookEveryMs);
}

/** A connection to each master that has slots; null = not there. */
export function mastersOf(cluster: Cluster): readonly (Redis | null)[] {
  const addresses = new Set(cluster.slots.map(([master]) => master));
  return [...addresses].map((address) => nodeAt(cluster, address));
}

function nodeAt(cluster: Cluster, address: string | undefined): Redis | null {
  return (address === undefined ? undefined : nodesOf.get(cluster)?.get(address)) ?? null;
}

function addressOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}

function isReady(node: Redis | null): node is Redis {
  return node?.status === "ready";
}
