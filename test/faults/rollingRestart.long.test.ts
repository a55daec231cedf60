import { afterAll, beforeAll, expect, test } from "vitest";
import { startBalancer } from "../support/balancer.ts";
import { until } from "../support/until.ts";
import { startLoad } from "./load.ts";
import { openTown, type Town } from "./outage.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

const nodeCount = 3;

let town: Town;
const nodes: ServingProcess[] = [];
beforeAll(async () => {
  town = await openTown();
}, 120_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.kill()));
  await town?.close();
});

test("nodes that are restarted one after the other under load fail no request, and charge every ad once", async () => {
  const environment = { ...town.system.stores.environment, DRAIN_SECONDS: "1", SERVER_ROLE: "ads" };
  const ports = await Promise.all(Array.from({ length: nodeCount }, () => servingPort()));
  for (const port of ports) nodes.push(await startServing(environment, port));
  const balancer = await startBalancer(nodes.map(({ url }) => url));
  await until(() => balancer.readyCount() === nodeCount);

  const load = startLoad(balancer.url, { readers: 8 });
  await until(() => load.shown.size > 100);
  for (const [index, port] of ports.entries()) {
    expect(await nodes[index]?.stop()).toBe(0);
    expect(balancer.readyCount()).toBe(nodeCount - 1);
    nodes[index] = await startServing(environment, port);
    await until(() => balancer.readyCount() === nodeCount);
  }
  const restartedAtMs = performance.now();
  await until(() => load.since(restartedAtMs).length > 100);
  await load.stop();
  balancer.close();

  expect(load.pages.length).toBeGreaterThan(200);
  expect(load.pages.filter(({ status }) => status !== 200)).toEqual([]);
  expect(load.pixels.filter(({ status }) => status !== 200)).toEqual([]);
  const paid = [...load.shown.values()].filter((id) => id === town.paidId).length;
  await until(async () => (await town.charged(town.paidId)).impressions === paid);
}, 180_000);
