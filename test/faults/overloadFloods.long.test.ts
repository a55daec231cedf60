import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "../support/browser.ts";
import { openRaw, type RawConnection } from "../support/rawHttp.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

/** A node as in production, and people who open connections only to hold them. */
const maxConnections = 500;
let stores: ProxiedStores;
let server: ServingProcess;
let port = 0;
let connections: RawConnection[] = [];
beforeAll(async () => {
  stores = await openProxiedStores();
  port = await servingPort();
  const environment = { ...stores.environment, MAX_CONNECTIONS: `${maxConnections}` };
  server = await startServing({ ...environment, LOG_LEVEL: "warn" }, port);
}, 120_000);
afterAll(async () => {
  for (const { socket } of connections) socket.destroy();
  await server?.kill();
  await stores?.close();
});

const open = (count: number, text: string): readonly RawConnection[] => {
  const opened = Array.from({ length: count }, () => openRaw(port, text));
  connections = [...connections, ...opened];
  return opened;
};
const askForAds = async (): Promise<number> => {
  const headers = { "content-type": "application/json", "user-agent": browser };
  const body = '{"placements":[{"id":"top"}]}';
  return (await fetch(`${server.url}/v1/ads`, { method: "POST", headers, body })).status;
};

test("heads and bodies that never end are ended in time, and pages are answered meanwhile", async () => {
  const head = "POST /v1/ads HTTP/1.1\r\nHost: a\r\n";
  const slow = [
    ...open(120, "GET / HTTP/1.1\r\nHost: a\r\nX-A: "),
    ...open(120, `${head}Content-Length: 60000\r\n\r\n{`),
    ...open(60, `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`),
    ...open(60, "POST /openrtb2/bid/nobody HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n"),
    // Nothing at all.
    ...open(60, ""),
  ];
  const drip = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write("a");
  }, 1_000);
  const statuses = new Set<number>();
  const beganMs = performance.now();
  await until(async () => {
    statuses.add(await askForAds());
    return slow.every((one) => !one.isOpen());
  }, 60_000);
  clearInterval(drip);
  expect([...statuses]).toEqual([200]);
  // Twenty seconds for a request, and a look every five.
  expect(performance.now() - beganMs).toBeLessThan(40_000);
}, 90_000);

test("more connections than a node keeps are closed at once, and there is room again when they leave", async () => {
  const flood = open(2 * maxConnections, "");
  await until(() => flood.filter((one) => one.isOpen()).length <= maxConnections, 30_000);
  // Those that it keeps are served.
  const kept = flood.filter((one) => one.isOpen());
  expect(kept.length).toBeGreaterThan(maxConnections / 2);
  kept[0]?.socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  await until(() => kept[0]?.statuses().includes(200) ?? false);
  for (const { socket } of flood) socket.destroy();
  await until(async () => (await askForAds().catch(() => 0)) === 200, 20_000);
}, 90_000);
