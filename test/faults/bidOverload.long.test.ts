import { afterAll, beforeAll, expect, test } from "vitest";
import { bidBody, openSsp } from "../support/bids.ts";
import { openLoop, shareWithin } from "../support/openrtb/openLoop.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

let stores: ProxiedStores;
let server: ServingProcess;
beforeAll(async () => {
  stores = await openProxiedStores();
  // Shops are opened by a node of this process; another one, which nothing else disturbs, bids.
  const system = await startSystem({}, stores);
  await openSsp(system, { qpsLimit: 100_000, deadlineMs: 150, networkMs: 10 });
  for (let shop = 0; shop < 20; shop++)
    await system.openShop({ dailyBudgetMicros: 1_000_000_000_000 });
  await system.server.stop();
  server = await startServing({ ...stores.environment, LOG_LEVEL: "warn" }, await servingPort());
  await until(async () => (await ask()) === 200);
}, 60_000);
afterAll(async () => {
  await server?.kill();
  await stores?.close();
});

const tmaxMs = 150;
const body = JSON.stringify(bidBody({ tmax: tmaxMs, device: { geo: bidBody().device.geo } }));
const endpoint = () => `${server.url}/openrtb2/bid/demo`;
const ask = () => fetch(endpoint(), { method: "POST", body }).then(({ status }) => status);

/** What the server bids on a second when it is asked ever more. */
async function capacity(): Promise<number> {
  let most = 0;
  for (const perSecond of [1_200, 2_400, 4_800]) {
    const { statuses } = await openLoop({ endpoint: endpoint(), body, perSecond, seconds: 3 });
    most = Math.max(most, (statuses[200] ?? 0) / 3);
  }
  return most;
}

test("asked for twice what it can, a node answers 99 in 100 within tmax, and still bids on much of it", async () => {
  const most = await capacity();
  const perSecond = Math.ceil(2 * most);
  const load = await openLoop({ endpoint: endpoint(), body, perSecond, seconds: 20 });
  expect(Object.keys(load.statuses).toSorted()).toEqual(["200", "204"]);
  expect(shareWithin(load, tmaxMs)).toBeGreaterThanOrEqual(0.99);
  expect((load.statuses[200] ?? 0) / 20).toBeGreaterThan(most / 4);
}, 120_000);

test("after overload it bids on everything again", async () => {
  await until(async () => (await ask()) === 200);
  const calm = await openLoop({ endpoint: endpoint(), body, perSecond: 100, seconds: 5 });
  expect(calm.statuses[200] ?? 0).toBeGreaterThan(0.97 * calm.tookMs.length);
}, 60_000);
