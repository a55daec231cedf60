import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { dynamodbEndpoint, freshDatabase, freshRedis } from "../../support/servers.ts";

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

test("each test database is its own, and is gone when dropped", async () => {
  const [first, second] = await Promise.all([freshDatabase(), freshDatabase()]);
  const client = new pg.Client({ connectionString: first.url });
  await client.connect();
  await client.query("create table only_here (n int)");
  await client.end();
  const other = new pg.Client({ connectionString: second.url });
  await other.connect();
  expect((await other.query("select to_regclass('only_here') as found")).rows).toEqual([
    { found: null },
  ]);
  await other.end();
  await Promise.all([first.drop(), second.drop()]);
  await expect(new pg.Client({ connectionString: first.url }).connect()).rejects.toThrow(
    /does not exist/,
  );
});

test("each test Redis is empty and its own", async () => {
  const [first, second] = await Promise.all([freshRedis(), freshRedis()]);
  closing.push(first.close, second.close);
  const one = new Redis(first.url);
  const two = new Redis(second.url);
  closing.push(
    async () => one.disconnect(),
    async () => two.disconnect(),
  );
  await one.set("key", "value");
  expect(await one.dbsize()).toBe(1);
  expect(await two.dbsize()).toBe(0);
});

test("the DynamoDB emulator answers", async () => {
  const answer = await fetch(dynamodbEndpoint(), { method: "POST", body: "{}" });
  expect(answer.status).toBeGreaterThan(0);
});
