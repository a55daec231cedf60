import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Embedded } from "../../../src/embedded/startEmbedded.ts";
import {
  type StartedProcess,
  startProcess,
  stillRunning,
  untilGone,
} from "../../support/process.ts";

const host = join(import.meta.dirname, "..", "..", "support", "fixtures", "embeddedHost.ts");
const repository = join(import.meta.dirname, "..", "..", "..");
// Several starts of real servers each, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000 });
let folder = "";
const started: StartedProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier embedded "));
  await chmod(folder, 0o711);
});

afterEach(async () => {
  for (const one of started.splice(0)) {
    const all = [one.pid, ...one.descendants()];
    one.kill("SIGTERM");
    await untilGone(all);
  }
  await rm(folder, { recursive: true, force: true });
});

function startHost(dataDir: string): StartedProcess {
  const one = startProcess(process.execPath, [host, dataDir, join(repository, ".cache")]);
  started.push(one);
  return one;
}

async function whenReady(one: StartedProcess): Promise<Omit<Embedded, "stop">> {
  const [, urls] = await one.waitForLine(/^ready (.*)$/m);
  return JSON.parse(urls ?? "") as Embedded;
}

test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
  "%s of the program leaves no process behind, and the data is there at the next start",
  async (signal) => {
    const data = join(folder, "data");
    const first = startHost(data);
    const before = await whenReady(first);
    const client = new pg.Client({ connectionString: before.databaseUrl });
    client.on("error", () => undefined);
    await client.connect();
    await client.query("create table kept (n int)");
    await client.query("insert into kept values (42)");
    await client.end();
    const servers = first.descendants();
    // Three tethers, each with its watcher and its server; Postgres has workers of its own.
    expect(servers.length).toBeGreaterThanOrEqual(9);
    first.kill(signal);
    expect(await first.exited).toBe(signal === "SIGKILL" ? "SIGKILL" : 0);
    // The next start begins at once, while killed servers may still be stopping.
    const second = startHost(data);
    const after = await whenReady(second);
    await untilGone(servers);
    const again = new pg.Client({ connectionString: after.databaseUrl });
    await again.connect();
    expect((await again.query("select n from kept")).rows).toEqual([{ n: 42 }]);
    await again.end();
  },
);

test("what Redis and DynamoDB hold survives a restart", async () => {
  const data = join(folder, "data");
  const first = startHost(data);
  const before = await whenReady(first);
  const redis = new Redis(before.redisUrl);
  await redis.set("hold", "900");
  redis.disconnect();
  const { CreateTableCommand, DynamoDBClient, ListTablesCommand } = await import(
    "@aws-sdk/client-dynamodb"
  );
  const credentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };
  const client = (endpoint: string) =>
    new DynamoDBClient({ endpoint, region: "eu-west-3", credentials });
  await client(before.dynamodbEndpoint).send(
    new CreateTableCommand({
      TableName: "kept",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  first.kill("SIGTERM");
  await first.exited;
  const after = await whenReady(startHost(data));
  const redisAgain = new Redis(after.redisUrl);
  expect(await redisAgain.get("hold")).toBe("900");
  redisAgain.disconnect();
  expect((await client(after.dynamodbEndpoint).send(new ListTablesCommand({}))).TableNames).toEqual(
    ["kept"],
  );
});

test("a data folder that another start uses is refused in one line that names its process", async () => {
  const data = join(folder, "data");
  const first = startHost(data);
  await whenReady(first);
  const second = startHost(data);
  expect(await second.exited).toBe(1);
  expect(second.output()).toMatch(
    new RegExp(
      `^SetupError: The data folder .* is in use by another Atelier \\(process ${first.pid}\\): .*ATELIER_DATA_DIR\\.\\n$`,
    ),
  );
  expect(stillRunning([first.pid])).toEqual([first.pid]);
});

test("a data folder that cannot be used is refused in one line", async () => {
  const file = join(folder, "a file");
  await writeFile(file, "");
  const one = startHost(join(file, "data"));
  expect(await one.exited).toBe(1);
  expect(one.output()).toMatch(
    /^SetupError: The data folder .* cannot be used \(ENOTDIR\): .*ATELIER_DATA_DIR\.\n$/,
  );
});

test("a process id file that a crash left behind does not stop the next start", async () => {
  const data = join(folder, "data");
  await mkdir(data);
  // Process ids of living processes that are not ours: what is found after a restart of the machine.
  for (const name of ["redis/redis.pid", "dynamodb.pid"]) {
    await mkdir(join(data, name, ".."), { recursive: true });
    await writeFile(join(data, name), `${process.ppid}\n`);
  }
  await whenReady(startHost(data));
});

test.runIf(process.getuid?.() === 0)(
  "as root, a data folder that nobody can reach is served from /var/tmp and says so",
  async () => {
    await chmod(folder, 0o700);
    const one = startHost(join(folder, "data"));
    await whenReady(one);
    const [, shelter] = await one.waitForLine(
      /Postgres keeps its data in (\/var\/tmp\/atelier-\w+): /,
    );
    one.kill("SIGTERM");
    await one.exited;
    if (shelter !== undefined) await rm(shelter, { recursive: true, force: true });
  },
);
