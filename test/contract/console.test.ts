import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Router } from "express";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createManagementApp } from "../../src/app.ts";
import { consoleRouter, frontPageRouter } from "../../src/routes/console.ts";
import { createConsoleFiles } from "../../src/stores/files/consoleFiles.ts";

const script = "console.log('la console');".repeat(40);
const page = readFileSync(join(import.meta.dirname, "../../console/index.html"), "utf8");
const demo = [{ who: "operator's admin", email: "a@example.fr", password: 'p"<&' }];
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "atelier-console-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), page);
  writeFileSync(join(folder, "icon.svg"), "<svg/>");
  writeFileSync(join(folder, "secret"), "nobody's");
  writeFileSync(join(folder, "assets", "a-1.js"), script);
  writeFileSync(join(folder, "assets", "a-1.js.gz"), gzipSync(script));
  writeFileSync(join(folder, "assets", "a-1.js.br"), brotliCompressSync(script));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function appOf(dist = folder, before: readonly Router[] = []) {
  let nonces = 0;
  const mapTiles = { url: "https://tiles.example.fr/{z}/{x}/{y}.png", attribution: "IGN" };
  const router = consoleRouter({
    files: createConsoleFiles(dist),
    settings: { oidc: true, demo, mapTiles },
    newNonce: () => `nonce${++nonces}`,
  });
  return createManagementApp({
    trustedProxies: 0,
    reportFault: ({ message }) => {
      throw new Error(message);
    },
    routers: [...before, router],
  });
}

test("every path of the console is its page, never kept, with a policy and a nonce of its own", async () => {
  const app = appOf();
  for (const [index, path] of ["/console/", "/console/campaigns/12"].entries()) {
    const { headers, text } = await request(app).get(path).expect(200);
    expect(headers["cache-control"]).toBe("no-store");
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("connect-src 'self' https://tiles.example.fr;");
    expect(policy).toContain(`'nonce-nonce${index + 1}'`);
    expect(policy).not.toContain("unsafe");
    expect(text).toContain(`&quot;nonce&quot;:&quot;nonce${index + 1}&quot;`);
    expect(text).toContain("&quot;p\\&quot;&lt;&amp;&quot;");
  }
});

test("files with a hash are kept for a year, packed as the browser takes them", async () => {
  const app = appOf();
  for (const [accepted, encoding] of [
    ["gzip, br", "br"],
    ["gzip", "gzip"],
    ["identity", undefined],
  ] as const) {
    const { headers, text } = await request(app)
      .get("/console/assets/a-1.js")
      .set("accept-encoding", accepted)
      .expect(200);
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(headers.vary).toBe("accept-encoding");
    if (encoding !== "br") expect(text).toBe(script);
  }
});

test("nothing but the console's own files is given away", async () => {
  const app = appOf();
  for (const path of [
    "/console/assets/none-2.js",
    "/console/assets/../secret.js",
    "/console/assets/..%2f..%2fpackage.json",
    "/console/.vite/manifest.json",
    "/console/a/b/c.js",
  ])
    await request(app)
      .get(path)
      .expect(404)
      .expect("content-type", /problem\+json/);
  // Without a name of a file it is a page, whatever it spells.
  const { text } = await request(app).get("/console/secret").expect(200);
  expect(text).not.toContain("nobody's");
  await request(app).post("/console/").expect(404);
});

test("what was not built is told in a sentence, and is there once it is", async () => {
  const later = mkdtempSync(join(tmpdir(), "atelier-console-"));
  const app = appOf(later);
  const { body } = await request(app).get("/console/").expect(503);
  expect(body.detail).toContain("were not built");
  await request(app).get("/console/icon.svg").expect(404);
  writeFileSync(join(later, "index.html"), page);
  writeFileSync(join(later, "icon.svg"), "<svg/>");
  await request(app).get("/console/").expect(200);
  await request(app).get("/console/icon.svg").expect(200);
  rmSync(later, { recursive: true });
});

test("the embedded start's front page and the console's short address lead to it", async () => {
  const app = appOf(folder, [frontPageRouter()]);
  for (const path of ["/", "/console"])
    await request(app).get(path).expect(302).expect("location", "/console/");
  await request(appOf()).get("/").expect(404);
});
