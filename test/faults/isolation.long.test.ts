import { Agent } from "node:http";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startHostile } from "../../bench/isolation/hostile.ts";
import { campaignBody, nativeBody } from "../support/campaignBodies.ts";
import { descendantsOf, untilGone } from "../support/process.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { exchange } from "./load.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let stores: ProxiedStores;
let node: ServingProcess;
let key: string;
let advertiserId: number;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  stores = await openProxiedStores();
  key = await stores.giveKey("admin");
  const environment = { ...stores.environment, API_REQUESTS_PER_MINUTE: "0", LOG_LEVEL: "fatal" };
  node = await startServing(environment, await servingPort());
  const created = async (path: string, body: object): Promise<Readonly<Record<string, number>>> => {
    const answer = await manage("POST", path, body);
    expect([answer.status, answer.body.toString()]).toEqual([201, expect.any(String)]);
    return JSON.parse(answer.body.toString());
  };
  const shop = await created("/v1/advertisers", { name: "Toits", trade: "couvreur" });
  advertiserId = shop.advertiserId ?? 0;
  const fields = { advertiserId, pacing: "asap", dailyBudgetMicros: 90_000_000_000 };
  const { campaignId } = await created("/v1/campaigns", campaignBody(fields));
  await created("/v1/creatives", nativeBody({ campaignId }));
  await until(async () => (await askForAd()).isFilled);
});
afterAll(async () => {
  agent.destroy();
  await node?.kill();
  await stores?.close();
});

const manage = (method: "GET" | "POST", path: string, body?: object) =>
  exchange(node.url, agent, {
    method,
    path,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body }),
  });

let asked = 0;

async function askForAd(): Promise<{ readonly isFilled: boolean; readonly latencyMs: number }> {
  const body = {
    visitor: { id: `v-${asked++}`, gdpr: false },
    place: { search: { postalCode: "87000" } },
    placements: [{ id: "top", formats: ["native"] }],
  };
  const answer = await exchange(node.url, agent, { method: "POST", path: "/v1/ads", body });
  expect(answer.status).toBe(200);
  const { placements } = JSON.parse(answer.body.toString());
  return { isFilled: placements[0].ads.length === 1, latencyMs: answer.latencyMs };
}

/** The oldest of what the node has started. */
async function killManagement(): Promise<void> {
  const [child = 0] = descendantsOf(node.pid);
  process.kill(child, "SIGKILL");
  await untilGone([child]);
}

/** Ads are answered all the while. */
const untilManaged = () =>
  until(async () => {
    await askForAd();
    return (await manage("GET", "/v1/campaigns")).status === 200;
  }, 60_000);

const readiness = async () => JSON.parse((await manage("GET", "/readyz")).body.toString());
const metric = async (name: string): Promise<number> => {
  const page = (await manage("GET", "/metrics")).body.toString();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(page)?.[1] ?? Number.NaN);
};

test("one address answers ads and management, tells the health of both and has the metrics of both", async () => {
  expect((await manage("GET", "/v1/campaigns")).status).toBe(200);
  expect(await readiness()).toMatchObject({ status: "ready", reasons: [] });
  expect(await metric("atelier_management_up")).toBe(1);
  // One of each side.
  expect(await metric("atelier_outbox_unwritten")).toBeGreaterThanOrEqual(0);
  expect(await metric("atelier_uploads_waiting")).toBe(0);
  const asked = await exchange(node.url, agent, { method: "POST", path: "/v1/places", body: {} });
  expect(asked.status).toBe(405);
  expect((await manage("GET", "/v1/nothing")).status).toBe(404);
});

test("ads are filled while management is killed, which is told, and is back by itself", async () => {
  await killManagement();
  const away = await manage("GET", "/v1/campaigns");
  expect([away.status, away.contentType]).toEqual([503, "application/problem+json"]);
  const { latencyMs, isFilled } = await askForAd();
  expect(isFilled).toBe(true);
  expect(latencyMs).toBeLessThan(1_000);
  expect((await manage("GET", "/readyz")).status).toBe(200);
  await untilManaged();
  expect(await metric("atelier_management_restarts")).toBe(1);
});

test("ads do not wait for what somebody hostile has management compute", async () => {
  const hostile = await startHostile(node.url, key, advertiserId);
  const latencies: number[] = [];
  const beganMs = performance.now();
  while (performance.now() - beganMs < 10_000) {
    latencies.push((await askForAd()).latencyMs);
  }
  latencies.sort((a, b) => a - b);
  const middle = latencies[Math.floor(latencies.length / 2)] ?? 0;
  console.log(`${latencies.length} ads, p50 ${middle.toFixed(1)} ms`);
  // One zone alone takes management a second: in one process the middle ad waited for several of them.
  expect(middle).toBeLessThan(150);
  // What it has begun would take it minutes.
  const stopped = hostile.stop();
  await killManagement();
  expect(Object.keys(await stopped).join()).toMatch(/zone preview 200/);
});

test("management does not outlive the process that serves ads, however that ends", async () => {
  await untilManaged();
  const all = descendantsOf(node.pid);
  expect(all.length).toBeGreaterThan(0);
  await node.kill();
  await untilGone(all);
});
