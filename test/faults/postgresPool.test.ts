import { expect, test } from "vitest";
import { createDatabase, pingDatabase } from "../../src/stores/postgres/pool.ts";
import { startFaultProxy } from "../support/proxy.ts";
import { freshDatabase } from "../support/servers.ts";

test("a connection whose server has moved without a word costs one wait, then the next statement has a new one", async () => {
  const database = await freshDatabase();
  const proxy = await startFaultProxy(database.url);
  const url = proxy.through(database.url);
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 100 });
  try {
    expect(await pingDatabase(db)).toBe(true);
    proxy.strand();
    await expect(pingDatabase(db)).rejects.toThrow("Query read timeout");
    expect(await pingDatabase(db)).toBe(true);
  } finally {
    await db.destroy();
    await proxy.close();
    await database.drop();
  }
});
