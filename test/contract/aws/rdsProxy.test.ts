import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { completeDatabaseUrl } from "../../../src/connectionUrls.ts";
import { createSnapshotRefresh } from "../../../src/jobs/snapshotRefresh.ts";
import { createCampaignFeed } from "../../../src/stores/postgres/campaignFeed.ts";
import { listenForChanges } from "../../../src/stores/postgres/listenForChanges.ts";
import { createDatabase, pingDatabase } from "../../../src/stores/postgres/pool.ts";
import { applyChanges, buildSnapshot, campaignCount } from "../../../src/targeting/snapshot.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../../support/campaignStore.ts";
import { localhostCertificate } from "../../support/fixtures/localhostCertificate.ts";
import { type RdsProxy, startRdsProxy } from "../../support/rdsProxy.ts";
import { until } from "../../support/until.ts";

const credentials = { accessKeyId: "AKIATESTTESTTEST", secretAccessKey: "secret-of-nobody" };
let store: OpenStore;
let folder = "";
let proxy: RdsProxy;

beforeAll(async () => {
  store = await openCampaignStore();
  folder = await mkdtemp(join(tmpdir(), "atelier-rds-"));
  await writeFile(join(folder, "authorities.pem"), localhostCertificate);
  proxy = await startRdsProxy({ target: store.url, region: "eu-west-3", ...credentials });
});
afterAll(async () => {
  await proxy.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});
beforeEach(() => {
  // The SDK's own chain finds these, as it finds a task's role elsewhere.
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  vi.stubEnv("AWS_REGION", "eu-west-3");
});

const throughProxy = (over: { readonly user?: string; readonly sharesSessions?: boolean } = {}) =>
  completeDatabaseUrl(`postgres://${over.user ?? "atelier"}@localhost:${proxy.port}/atelier`, {
    auth: "rds-iam",
    authoritiesFile: join(folder, "authorities.pem"),
    sharesSessions: over.sharesSessions ?? true,
  });

it("a pool is let in by a token of the credentials in the environment, one for each connection", async () => {
  const before = proxy.tokens.length;
  const db = createDatabase({ url: throughProxy(), maxConnections: 2, statementTimeoutMs: 4_000 });
  await Promise.all([pingDatabase(db), sql`select pg_sleep(0.05)`.execute(db)]);
  await db.destroy();
  expect(proxy.tokens.length - before).toBe(2);
  expect(proxy.tokens.at(-1)).toContain("DBUser=atelier");
});

it("other credentials are not let in", async () => {
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
  const db = createDatabase({ url: throughProxy(), maxConnections: 1, statementTimeoutMs: 4_000 });
  await expect(pingDatabase(db)).rejects.toThrow("the signature is not theirs");
  await db.destroy();
});

it("a certificate of nobody that the file names is refused, before any token leaves", async () => {
  const before = proxy.tokens.length;
  const url = throughProxy()
    .replace(/sslrootcert=[^&]+/, "")
    .replace("sslmode=verify-full", "");
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 4_000 });
  await expect(pingDatabase(db)).rejects.toThrow(/self-signed/);
  await db.destroy();
  expect(proxy.tokens.length).toBe(before);
});

it("behind a proxy a session is begun without settings, which it would refuse", async () => {
  const url = throughProxy({ sharesSessions: false });
  const direct = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 4_000 });
  await expect(pingDatabase(direct)).rejects.toThrow("startup parameter: statement_timeout");
  await direct.destroy();
  const pooled = createDatabase({
    url: throughProxy(),
    maxConnections: 1,
    statementTimeoutMs: 300,
  });
  // The limit is ours alone then: the statement's time and a second.
  await expect(sql`select pg_sleep(10)`.execute(pooled)).rejects.toThrow("Query read timeout");
  await pooled.destroy();
});

it("where nobody can listen, nobody does, and a node knows of a change within half a second", async () => {
  const url = throughProxy();
  const listener = listenForChanges({
    url,
    onChange: () => undefined,
    onLost: () => undefined,
  });
  const db = createDatabase({ url, maxConnections: 2, statementTimeoutMs: 4_000 });
  const feed = createCampaignFeed(db);
  const deps = { feed, buildSnapshot, applyChanges, onSwap: () => {}, log: () => {} };
  const refresh = createSnapshotRefresh({ ...deps, clock: Date.now });
  await refresh.start();
  await saveCampaign(store.store);
  const committedAt = performance.now();
  await until(() => campaignCount(refresh.current()!) === 1);
  expect(performance.now() - committedAt).toBeLessThan(1_000);
  expect(listener.isListening()).toBe(false);
  await listener.stop();
  await refresh.stop();
  await db.destroy();
});
