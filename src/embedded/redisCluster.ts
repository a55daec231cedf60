import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SetupError } from "../setupError.ts";
import { type RedisClusterNode, startClusterNode } from "./redisClusterNode.ts";
import type { RedisBinary } from "./redisFromApt.ts";

/** A real Redis Cluster on this machine: its nodes are processes that can be killed, and its slots can be moved. */
export interface RedisCluster {
  /** As `REDIS_URL` takes it. */
  readonly url: string;
  /** The first ones began as masters; then comes a replica of each, in the same order. */
  readonly nodes: readonly RedisClusterNode[];
  /** The master of a slot, by those that answer. */
  readonly masterOf: (slot: number) => Promise<RedisClusterNode>;
  /** Moves a slot to another master key by key, under whatever load there is. `between` is awaited after every few keys. */
  readonly moveSlot: (
    slot: number,
    to: RedisClusterNode,
    between?: () => Promise<void>,
  ) => Promise<void>;
  /** Until every node that answers says that all slots are served, and every replica follows its master. */
  readonly untilWhole: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RedisClusterOptions {
  /** Exists; each node keeps its data in a folder below. */
  readonly folder: string;
  readonly binary: RedisBinary;
  /** Default 3. */
  readonly masters?: number;
  /** Of each master. Default 1. */
  readonly replicas?: 0 | 1;
  /** How long a node may be silent before the others take it for gone, ms. Default 1,500. */
  readonly nodeTimeoutMs?: number;
}

const slotCount = 16_384;
const wholeDeadlineMs = 30_000;
const keysPerStep = 20;

/** Starts the nodes, deals the slots to the masters and gives each its replica. Some two seconds. @throws SetupError */
export async function startRedisCluster(options: RedisClusterOptions): Promise<RedisCluster> {
  const { folder, binary, masters = 3, replicas = 1, nodeTimeoutMs = 1_500 } = options;
  const password = randomBytes(24).toString("hex");
  const nodes: RedisClusterNode[] = [];
  // One after the other: each takes two ports that are free at that moment.
  for (let index = 0; index < masters * (1 + replicas); index++)
    nodes.push(
      await startClusterNode({
        folder: join(folder, `node-${index}`),
        binary,
        password,
        nodeTimeoutMs,
      }),
    );
  const cluster: RedisCluster = {
    url: nodes.map(({ port }) => `redis://:${password}@127.0.0.1:${port}?cluster=true`).join(","),
    nodes,
    masterOf: (slot) => findMaster(nodes, slot),
    moveSlot: (slot, to, between) => moveSlot(nodes, password, slot, to, between),
    untilWhole: () => untilWhole(nodes),
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
  try {
    await formCluster(nodes, masters);
    await cluster.untilWhole();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function formCluster(nodes: readonly RedisClusterNode[], masters: number): Promise<void> {
  const [first] = nodes;
  for (const [index, node] of nodes.entries()) {
    await node.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
    if (index < masters) {
      const bound = (part: number) => Math.floor((part * slotCount) / masters);
      await node.call("CLUSTER", "ADDSLOTSRANGE", bound(index), bound(index + 1) - 1);
    }
  }
  for (const node of nodes.slice(1))
    await first?.call("CLUSTER", "MEET", "127.0.0.1", node.port, await busPortOf(node));
  await until(async () =>
    (await Promise.all(nodes.map(knownTo))).every((known) => known.length === nodes.length),
  );
  for (const [index, replica] of nodes.slice(masters).entries()) {
    const master = nodes[index];
    if (master !== undefined) await replica.call("CLUSTER", "REPLICATE", await idOf(master));
  }
}

interface Known {
  readonly id: string;
  readonly port: number;
  readonly flags: readonly string[];
  /** "0-5460", "7". */
  readonly slots: readonly string[];
}

/** The nodes that a node knows and has spoken to. */
async function knownTo(node: RedisClusterNode): Promise<readonly Known[]> {
  const text = String(await node.call("CLUSTER", "NODES"));
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [id = "", address = "", flags = "", , , , , , ...slots] = line.split(" ");
      const port = Number(/:(\d+)@/.exec(address)?.[1]);
      return { id, port, flags: flags.split(","), slots };
    })
    .filter(({ flags }) => !flags.includes("handshake"));
}

async function idOf(node: RedisClusterNode): Promise<string> {
  return String(await node.call("CLUSTER", "MYID"));
}

async function busPortOf(node: RedisClusterNode): Promise<number> {
  const [, value] = (await node.call("CONFIG", "GET", "cluster-port")) as readonly string[];
  return Number(value);
}

async function findMaster(
  nodes: readonly RedisClusterNode[],
  slot: number,
): Promise<RedisClusterNode> {
  const isIn = (range: string): boolean => {
    const [from = Number.NaN, to = from] = range.split("-").map(Number);
    return slot >= from && slot <= to;
  };
  for (const node of nodes) {
    const known = await knownTo(node).catch(() => []);
    const owner = known.find(({ flags, slots }) => !flags.includes("fail") && slots.some(isIn));
    const master = nodes.find(({ port }) => port === owner?.port);
    if (master !== undefined) return master;
  }
  throw new SetupError(`No node says who has slot ${slot}`);
}

async function moveSlot(
  nodes: readonly RedisClusterNode[],
  password: string,
  slot: number,
  to: RedisClusterNode,
  between: () => Promise<void> = async () => undefined,
): Promise<void> {
  const from = await findMaster(nodes, slot);
  if (from === to) return;
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  await to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
  await from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
  for (;;) {
    const keys = await from.call("CLUSTER", "GETKEYSINSLOT", slot, keysPerStep);
    const names = (keys as readonly string[]).map(String);
    if (names.length === 0) break;
    const way = ["127.0.0.1", to.port, "", 0, 5_000] as const;
    await from.call("MIGRATE", ...way, "AUTH", password, "KEYS", ...names);
    await between();
  }
  // The new owner first: from then on the old one points to it.
  await to.call("CLUSTER", "SETSLOT", slot, "NODE", toId);
  await from.call("CLUSTER", "SETSLOT", slot, "NODE", toId);
}

async function untilWhole(nodes: readonly RedisClusterNode[]): Promise<void> {
  const isWhole = async (node: RedisClusterNode): Promise<boolean> => {
    const info = await node.call("CLUSTER", "INFO").catch(() => null);
    if (info === null) return true;
    const replication = String(await node.call("INFO", "replication"));
    const follows = !replication.includes("role:slave") || replication.includes("link_status:up");
    const isServed = /cluster_state:ok[\s\S]*cluster_slots_ok:16384/.test(String(info));
    return isServed && follows;
  };
  await until(async () => (await Promise.all(nodes.map(isWhole))).every((whole) => whole));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = performance.now() + wholeDeadlineMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAtMs) throw new SetupError("The Redis Cluster is not whole");
    await delay(20);
  }
}
