import { afterAll, beforeAll, expect, test } from "vitest";
import { requestsOf } from "../../bench/latency/openLoop.ts";
import { flood } from "../../bench/overload/floodLoop.ts";
import { browser } from "../support/browser.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

/** What a node can do is the machine's: the bench measures it (`npm run bench:overload`). Here is what must hold on any. */
let stores: ProxiedStores;
let server: ServingProcess;
let port = 0;
beforeAll(async () => {
  stores = await openProxiedStores();
  const system = await startSystem({}, stores);
  for (let shop = 0; shop < 20; shop++)
    await system.openShop({ dailyBudgetMicros: 1_000_000_000_000 });
  await system.server.stop();
  port = await servingPort();
  const environment = { ...stores.environment, REQUEST_DEADLINE_MS: "200", LOG_LEVEL: "warn" };
  server = await startServing({ ...environment, METRICS_TOKEN: token }, port);
  await until(async () => ((await ask()).placements[0]?.ads.length ?? 0) > 0, 30_000);
}, 180_000);
afterAll(async () => {
  await server?.kill();
  await stores?.close();
});

const token = "what-scrapers-send-of-at-least-thirty-two-letters";
const page = JSON.stringify({
  place: { search: { postalCode: "87000" } },
  placements: [{ id: "top" }],
});
const headers = { "content-type": "application/json", "user-agent": browser };
interface Answer {
  readonly placements: readonly { readonly ads: readonly unknown[] }[];
  readonly overloaded?: true;
}
const ask = async (): Promise<Answer> => {
  const answer = await fetch(`${server.url}/v1/ads`, { method: "POST", headers, body: page });
  return (await answer.json()) as Answer;
};
const requests = requestsOf("/v1/ads", Array(200).fill(page), browser);
const send = (perSecond: number, seconds: number) =>
  flood({ port, requests, perSecond, seconds, connections: 256 });
const metric = async (name: string): Promise<number> => {
  const asked = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const lines = (await asked.text()).split("\n").filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
};

/** By cause, for who wonders. */
const sheds = async (): Promise<string> => {
  const asked = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (
    /atelier_requests_shed_total[\s\S]*?atelier_load_wait_seconds .*/.exec(
      await asked.text(),
    )?.[0] ?? ""
  );
};

test("asked for far more than it can, a node answers all of it: some with ads in time, the others at once with none", async () => {
  let most = 0;
  for (const perSecond of [250, 500, 1_000, 2_000, 4_000]) {
    const { filledPerSecond } = await send(perSecond, 4);
    most = Math.max(most, filledPerSecond);
  }
  const took = "atelier_ad_request_seconds";
  const before = { count: await metric(`${took}_count`), sum: await metric(`${took}_sum`) };
  const asking = send(3 * most, 15);
  const statuses: number[] = [];
  const watching = setInterval(() => {
    for (const path of ["/healthz", "/t/i/forged"])
      fetch(server.url + path).then(
        ({ status }) => statuses.push(status),
        () => statuses.push(0),
      );
  }, 250);
  const flooded = await asking;
  clearInterval(watching);
  expect(flooded.shedPerSecond).toBeGreaterThan(0);
  // Other tests take what they like of the machine: the bench has the figures.
  expect(flooded.filledPerSecond).toBeGreaterThan(most / 4);
  // From head to answer, by the node's own clock: whoever is let in does not wait behind all the others.
  const [count, sum] = [await metric(`${took}_count`), await metric(`${took}_sum`)];
  expect((sum - before.sum) / (count - before.count)).toBeLessThan(0.5);
  // Health and pixels are answered as ever.
  expect(new Set(statuses)).toEqual(new Set([200, 404]));
  expect(await metric("atelier_requests_shed_total")).toBeGreaterThan(0);
}, 240_000);

test("a moment after the flood every page gets its ad again, and nobody is counted who has left", async () => {
  await until(async () => (await ask()).overloaded === undefined);
  const calm = await send(50, 5);
  expect([calm.shedPerSecond, await sheds()]).toEqual([0, expect.anything()]);
  expect(calm.filledPerSecond).toBeGreaterThan(45);
  await until(async () => (await metric("atelier_load_in_flight")) === 0);
}, 60_000);
