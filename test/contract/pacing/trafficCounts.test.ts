import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CountedTraffic } from "../../../src/budgets/pacing/trafficHistory.ts";
import { bucketKey } from "../../../src/geo/cells.ts";
import { createTrafficCounts } from "../../../src/jobs/trafficCounts.ts";
import { createDatabase } from "../../../src/stores/postgres/pool.ts";
import { createTrafficHours } from "../../../src/stores/postgres/trafficHours.ts";
import { freshDatabase, type TestDatabase } from "../../support/servers.ts";

const limoges = "8a1861b2e1b7fff";
const limogesCell = bucketKey(limoges, 3);
const noonMs = Date.UTC(2026, 5, 1, 10);
const hourMs = 3_600_000;
const noon = noonMs / hourMs;

let database: TestDatabase;
let db: ReturnType<typeof createDatabase>;

beforeEach(async () => {
  database = await freshDatabase();
  db = createDatabase({ url: database.url, maxConnections: 4, statementTimeoutMs: 5_000 });
});
afterEach(async () => {
  await db.destroy();
  await database.drop();
});

describe("counted traffic", () => {
  it("of all nodes comes together, by place and hour", async () => {
    const table = createTrafficHours(db);
    const nodes = [
      createTrafficCounts(table),
      createTrafficCounts(table),
      createTrafficCounts(table),
    ];
    for (const node of nodes) {
      for (let request = 0; request < 10; request++) node.count(limoges, noonMs + 1_000 * request);
      node.count(limoges, noonMs + hourMs);
      node.count(null, noonMs);
      node.count("811fbffffffffff", noonMs);
    }
    await Promise.all(nodes.map((node) => node.flushOnce()));
    await Promise.all(nodes.map((node) => node.flushOnce()));
    const rows = await table.readSince(noonMs);
    expect([...rows].sort((a, b) => a.hour - b.hour || a.cell - b.cell)).toEqual([
      { cell: 0, hour: noon, requests: 6 },
      { cell: limogesCell, hour: noon, requests: 30 },
      { cell: limogesCell, hour: noon + 1, requests: 3 },
    ]);
    expect(await table.readSince(noonMs + hourMs)).toHaveLength(1);
  });

  it("is forgotten when it is old", async () => {
    const table = createTrafficHours(db);
    await table.add([
      { cell: 1, hour: noon - 1, requests: 5 },
      { cell: 1, hour: noon, requests: 5 },
    ]);
    expect(await table.prune(noonMs)).toBe(1);
    expect(await table.readSince(0)).toEqual([{ cell: 1, hour: noon, requests: 5 }]);
  });

  it("waits for a Postgres that is away, bounded, and nothing of it is lost", async () => {
    const added: CountedTraffic[] = [];
    let isAway = true;
    const counts = createTrafficCounts(
      {
        async add(rows) {
          if (isAway) throw new Error("away");
          added.push(...rows);
        },
      },
      { mostWaiting: 3 },
    );
    for (let hour = 0; hour < 10; hour++) {
      counts.count(limoges, noonMs + hour * hourMs);
      await expect(counts.flushOnce()).rejects.toThrow("away");
    }
    isAway = false;
    await counts.flushOnce();
    expect(added.reduce((sum, { requests }) => sum + requests, 0)).toBe(10);
    // Three hours with their place; the others keep only their hour.
    expect(added.filter(({ cell }) => cell === limogesCell)).toHaveLength(3);
    expect(added.filter(({ cell }) => cell === 0)).toHaveLength(7);
  });

  it("is refused by the database when it is no count of a whole hour", async () => {
    const table = createTrafficHours(db);
    await expect(table.add([{ cell: 1, hour: noon, requests: 0 }])).rejects.toThrow(/positive/);
    await expect(table.add([{ cell: 1, hour: noon + 0.5, requests: 1 }])).rejects.toThrow(/whole/);
    await expect(table.add([{ cell: -1, hour: noon, requests: 1 }])).rejects.toThrow(/cell/);
  });
});
