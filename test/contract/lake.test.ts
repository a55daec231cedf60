import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runLakePass } from "../../src/jobs/lakePass.ts";
import { hourOf } from "../../src/stores/lake/hours.ts";
import {
  adEvent,
  countIndependently,
  lakeHourMs,
  lakeNoonMs,
  longAfterMs,
  openTestLake,
  publishedSchemas,
  type TestLake,
} from "../support/lake.ts";
import { describeLake, manifestOf } from "../support/lakeContract.ts";

const schemas = await publishedSchemas("ad_event.v1");
let lake: TestLake;
beforeEach(async () => {
  lake = await openTestLake(schemas);
});
afterEach(() => lake.close());

/** `npm run test:long` tries more orders, and every step. */
const isLong = process.env.TEST_LONG === "1";
const many = Array.from({ length: 60 }, (_, index) => adEvent(index));

describeLake("a folder", () => openTestLake(schemas), isLong ? 150 : 3);

/** Passes in processes of their own, each killed at a later step, until one gets to its end; answers how many were killed. */
async function killPasses(nowMs: number, afterKill: () => Promise<void>): Promise<number> {
  const script = join(import.meta.dirname, "..", "support", "compactAndDie.ts");
  for (let killed = 0; ; killed++) {
    const step = String(isLong ? killed + 1 : 3 * killed + 2);
    const child = spawn(process.execPath, [script, lake.folder, step, String(nowMs)], {
      stdio: "inherit",
    });
    const [code, signal] = await once(child, "exit");
    if (code === 0) return killed;
    expect(signal).toBe("SIGKILL");
    await afterKill();
  }
}

test("a pass that is killed at any of its steps loses nothing and doubles nothing, and what it left behind is swept", async () => {
  const late = { ...adEvent(3), occurredAtMs: lakeNoonMs + 90 * 60_000 };
  await lake.tell([late, ...many.slice(20)]);
  await lake.pass();
  await lake.tell([...many, ...many.slice(30)]);
  await lake.write(hourOf(lakeNoonMs), ['{"schema":"ad_']);
  const idsNow = async () => (await lake.rows()).map(({ event_id }) => event_id);
  const before = await idsNow();
  const after = many.map(({ eventId }) => eventId).sort();
  const killed = await killPasses(longAfterMs, async () => {
    // All or nothing, for who reads at this moment.
    const ids = await idsNow();
    expect(ids).toEqual(ids.length === before.length ? before : after);
  });
  expect(killed).toBeGreaterThan(isLong ? 6 : 2);
  expect(await lake.counts()).toEqual(countIndependently(many));
  expect(await idsNow()).toEqual(after);
  const { rejects, partitions } = await manifestOf(lake);
  expect(rejects.map(({ lines }) => lines)).toEqual([1]);
  expect(Object.keys(partitions)).toEqual([hourOf(lakeNoonMs)]);
  const afterReadersMs = longAfterMs + 2 * lakeHourMs;
  await lake.tell([adEvent(100)]);
  await lake.pass({ nowMs: afterReadersMs });
  await lake.tell([adEvent(101)]);
  await lake.pass({ nowMs: afterReadersMs + 2 * lakeHourMs });
  const found = await lakeObjects();
  const counting = await manifestOf(lake);
  const keys = [...Object.values(counting.partitions), ...counting.rejects].map(({ key }) => key);
  expect(found.filter((key) => !keys.includes(key)).length).toBeLessThanOrEqual(1);
}, 60_000);

async function lakeObjects(): Promise<readonly string[]> {
  const { createFolderStorage } = await import("../../src/stores/lake/folderStorage.ts");
  const objects = await createFolderStorage(lake.lake).list("ad_event.v1");
  return objects.map(({ key }) => key).filter((key) => !key.endsWith("manifest.json"));
}

test("the job's own process does a pass, gives way to another one, and can be killed", async () => {
  const order = {
    lakeFolder: lake.lake,
    sources: [{ name: "events", directory: lake.events }],
    databaseUrl: null,
    settledMs: 0,
    nowMs: lakeNoonMs,
    keptMs: lakeHourMs,
    visitorSecret: null,
  };
  await lake.tell(many);
  await expect(runLakePass(order, AbortSignal.abort())).rejects.toThrow("SIGKILL");
  expect(await runLakePass(order)).toMatchObject({ lines: 60, added: 60 });
  const { openEngine } = await import("../../src/stores/lake/duckdb.ts");
  const held = await openEngine({
    file: join(lake.lake, "compaction.lock"),
    memoryMegabytes: 64,
    spillFolder: join(lake.folder, "spill"),
  });
  expect(await runLakePass(order)).toBeNull();
  held.close();
  await rm(join(lake.lake, "ad_event.v1"), { recursive: true });
  await expect(stat(join(lake.lake, "ad_event.v1"))).rejects.toThrow("ENOENT");
  // The files are still there: a lake that is lost is made again.
  expect(await lake.pass()).toMatchObject({ lines: 60, added: 60 });
  expect(await lake.counts()).toEqual(countIndependently(many));
});
