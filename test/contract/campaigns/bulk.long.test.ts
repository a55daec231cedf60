import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, it } from "vitest";
import { campaignBody } from "../../support/campaignBodies.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";
import { measureTurns } from "../../support/turnMeter.ts";

let api: ManagementApi;
let server: Server;
let url = "";
beforeAll(async () => {
  api = await openManagementApi();
  server = createServer(api.app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/campaigns/bulk`;
});
afterAll(async () => {
  server.close();
  await api.close();
});

const lines = 10_000;

/** Circles all over the country, no two alike. */
const body = (index: number) =>
  campaignBody({
    advertiserId: api.shopId,
    name: `Campagne ${index}`,
    zone: {
      include: [
        {
          type: "circle",
          lat: 43.5 + (index % 97) * 0.06,
          lon: -0.5 + (index % 89) * 0.06,
          radiusMeters: 10_000,
        },
      ],
    },
  });

interface Result {
  readonly status: number;
  readonly id: number;
  readonly version: number;
}

/** The client works in another thread: what it computes is not the server's. */
const client = `
  const { parentPort, workerData: { url, headers, text } } = require("node:worker_threads");
  fetch(url, { method: "POST", headers, body: text })
    .then(async (answer) => parentPort.postMessage({ status: answer.status, text: await answer.text() }));
`;

async function send(sent: readonly object[], query = "", headers = {}) {
  const all = {
    authorization: `Bearer ${api.keys.get("manager")}`,
    "content-type": "application/x-ndjson",
    ...headers,
  };
  const text = sent.map((line) => JSON.stringify(line)).join("\n");
  const workerData = { url: `${url}${query}`, headers: all, text };
  const beforeBytes = process.memoryUsage().rss;
  let mostBytes = beforeBytes;
  const look = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
  }, 20);
  const beganMs = performance.now();
  const worker = new Worker(client, { eval: true, workerData });
  const meter = measureTurns();
  const answer = await new Promise<{ readonly status: number; readonly text: string }>(
    (resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    },
  );
  const turns = meter.stop();
  clearInterval(look);
  const seconds = (performance.now() - beganMs) / 1_000;
  const results: readonly Result[] = answer.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return {
    status: answer.status,
    results,
    seconds,
    turns,
    grownMb: (mostBytes - beforeBytes) / 1e6,
  };
}

it("10,000 campaigns are created and changed in one call each, in bounded memory, without holding up the loop", async () => {
  const sent = Array.from({ length: lines }, (_, index) => ({ op: "create", body: body(index) }));
  const key = { "idempotency-key": "ten-thousand" };
  // Code that runs for the first time is compiled in a turn of its own.
  await send(sent.slice(0, 200), "", { "idempotency-key": "warm" });
  const created = await send(sent, "", key);
  expect(created.results.length).toBe(lines);
  expect(created.results.every(({ status }) => status === 201)).toBe(true);
  const ids = created.results.map(({ id }) => id);
  const changes = ids.map((id) => ({
    op: "update",
    id,
    ifMatch: '"1"',
    body: { status: "paused" },
  }));
  const changed = await send(changes);
  expect(changed.results.every(({ status, version }) => status === 200 && version === 2)).toBe(
    true,
  );
  const again = await send(sent, "", key);
  expect(again.results.map(({ id }) => id)).toEqual(ids);
  const tried = await send(sent, "?dryRun=1");
  expect(tried.status).toBe(200);
  const whole = await send(sent.slice(0, 1_000), "?atomic=1");
  expect(whole.status).toBe(200);
  const told = Object.entries({ created, changed, again, tried, whole });
  for (const [name, { seconds, turns, grownMb }] of told) {
    console.log(name, { seconds, ...turns, grownMb });
    expect(turns.longestMs).toBeLessThan(50);
    expect(grownMb).toBeLessThan(400);
  }
}, 300_000);
