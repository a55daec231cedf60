import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { descendantsOf, startProcess, untilGone } from "../support/process.ts";
import { until } from "../support/until.ts";
import { startLoad } from "./load.ts";
import { openTown, type Town } from "./outage.ts";
import { servingPort } from "./servingProcess.ts";

vi.setConfig({ testTimeout: 500_000, hookTimeout: 300_000 });

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");
const readers = 6;
/** Three processes start at once, on machines that have other things to do. */
const startMs = 150_000;

let town: Town;
let node: ReturnType<typeof startProcess>;
let port: number;
let key: string;

const start = (environment: Readonly<Record<string, string>> = {}) =>
  startProcess(process.execPath, [main, "serve"], {
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: "embedded",
      AWS_SECRET_ACCESS_KEY: "embedded",
      ...town.system.stores.environment,
      PORT: `${port}`,
      SERVING_PROCESSES: "2",
      ...environment,
    },
  });

beforeAll(async () => {
  town = await openTown();
  key = town.system.adminKey;
  port = await servingPort();
  node = start();
  await node.waitForLine(/Serving on .* with 2 processes/, startMs);
});
afterAll(async () => {
  node?.kill("SIGKILL");
  await node?.exited;
  await town?.close();
});

const url = () => `http://127.0.0.1:${port}`;

/** Ids of the processes that serve ads: not of management, nor of what theirs have started. */
function servingIds(): readonly number[] {
  return descendantsOf(node.pid).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("serveProcess");
    } catch {
      return false;
    }
  });
}

/** Values of a metric by process. */
async function metric(name: string): Promise<ReadonlyMap<string, number>> {
  // A connection that was being handed to the one that is killed is never answered: somebody else asks again.
  const signal = AbortSignal.timeout(5_000);
  const text = await fetch(`${url()}/metrics`, { signal, headers: { connection: "close" } })
    .then((answer) => answer.text())
    .catch(() => "");
  const lines = [...text.matchAll(new RegExp(`^${name}{process="(\\d+)"[^}]*} (\\S+)$`, "gm"))];
  return new Map(lines.map(([, process = "", value]) => [process, Number(value)]));
}

test("both serve on the one port, management answers behind each, and one page has the metrics of all", async () => {
  const load = startLoad(url(), { readers });
  await until(async () => {
    const served = await metric("atelier_ad_request_seconds_count");
    return (served.get("1") ?? 0) > 20 && (served.get("2") ?? 0) > 20;
  }, startMs);
  await load.stop();
  expect(load.pages.filter(({ status }) => status !== 200)).toEqual([]);
  const headers = { authorization: `Bearer ${key}`, connection: "close" };
  for (let time = 0; time < 6; time++)
    expect((await fetch(`${url()}/v1/campaigns?limit=1`, { headers })).status).toBe(200);
  const page = await (await fetch(`${url()}/metrics`)).text();
  expect(page).toMatch(/^atelier_management_process_resident_memory_bytes \d/m);
  expect(page.match(/^# TYPE atelier_snapshot_age_seconds /gm)).toHaveLength(1);
});

test("a process that is killed under load takes its own requests with it, and is there again; no ad is lost", async () => {
  const load = startLoad(url(), { readers });
  await until(() => load.shown.size > 100, startMs);
  const [killed = 0] = servingIds();
  expect(servingIds()).toHaveLength(2);
  process.kill(killed, "SIGKILL");
  await until(
    async () => [...(await metric("atelier_serving_restarts")).values()].includes(1),
    startMs,
  );
  const againMs = performance.now();
  await until(() => load.since(againMs).length > 100, startMs);
  await load.stop();

  const unanswered = [...load.pages, ...load.pixels].filter(({ status }) => status !== 200);
  // Each reader has one request under way; whoever met the dead one had its connection broken, once.
  expect(unanswered.length).toBeLessThanOrEqual(readers);
  expect(load.since(againMs).filter(({ status }) => status !== 200)).toEqual([]);
  expect(servingIds()).toHaveLength(2);
  expect(servingIds()).not.toContain(killed);
  const paid = [...load.shown.values()].filter((id) => id === town.paidId).length;
  expect(paid).toBeGreaterThan(100);
  await until(async () => (await town.charged(town.paidId)).impressions >= paid, startMs);
});

test("a port that is taken is said in one line", async () => {
  const second = start();
  expect(await second.exited).toBe(1);
  expect(second.output()).toMatch(new RegExp(`${port}.*(in use|taken)`, "i"));
});

test("told to stop, all drain and end, and leave nothing running", async () => {
  const all = descendantsOf(node.pid);
  expect(all.length).toBeGreaterThanOrEqual(3);
  node.kill("SIGTERM");
  expect(await node.exited).toBe(0);
  await untilGone(all);
});

test("those of a parent that was killed end by themselves", async () => {
  node = start({ SERVER_ROLE: "ads" });
  await node.waitForLine(/Serving on/, startMs);
  const all = descendantsOf(node.pid);
  expect(all).toHaveLength(2);
  node.kill("SIGKILL");
  await node.exited;
  await untilGone(all);
});
