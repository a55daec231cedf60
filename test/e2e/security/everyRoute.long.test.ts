import request from "supertest";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { browser } from "../../support/browser.ts";
import { type System, startSystem } from "../../support/system.ts";
import {
  ask,
  bodyFor,
  type Call,
  callsOf,
  mountedRoutes,
  openTenant,
  pathFor,
  rowsOf,
  type Tenant,
  withKey,
} from "../../support/tenants.ts";

/** What holds for every route that is mounted, a new one too. */

vi.setConfig({ testTimeout: 120_000 });

let system: System;
let own: Tenant;
let calls: readonly Call[];
beforeAll(async () => {
  system = await startSystem();
  own = await openTenant(system, "Agence");
  calls = callsOf(mountedRoutes(system));
}, 120_000);
afterAll(() => system?.close());

const nameOf = ({ method, path }: Call): string => `${method} ${path}`;
const isWrite = ({ method }: Call): boolean => ["POST", "PUT", "PATCH"].includes(method);

/** Older pages know less than the server, and newer ones more: what the public sends is not refused for a field too many. */
const lenient = /^\/(v1\/(ads|activity|explain|payment-events)|openrtb2\/)/;
/** Their bodies are lines or pictures, or there is none. */
const withoutFields =
  /\/bulk$|^\/v1\/media$|\/entries$|\/(rotate|invitation|log-out|cancel)$|^\/v1\/sessions/;

/** What a caller might hope to set of his own things, or of himself. */
const coveted = {
  isOperator: true,
  balanceMicros: 9_000_000_000,
  creditLimitMicros: 9_000_000_000,
  reviewStatus: "approved",
  suspension: null,
  spentMicros: 0,
  autoApprove: true,
  passwordHash: "$argon2id$",
  createdAt: "2020-01-01T00:00:00.000Z",
};

test("no write takes a field that is not its caller's to set: mass assignment is refused by name", async () => {
  const writes = calls.filter(
    (call) => isWrite(call) && !lenient.test(call.path) && !withoutFields.test(call.path),
  );
  expect(writes.length).toBeGreaterThan(30);
  const before = await rowsOf(system, own);
  const taken: string[] = [];
  for (const call of writes) {
    const body = { ...(bodyFor(call, own) as object), ...coveted };
    const path = pathFor(call.path, own);
    const answer = await ask(system, { ...call, path }, withKey(own.keys.admin ?? ""), body);
    if (answer.status < 400 || answer.status >= 500)
      taken.push(`${nameOf(call)} answers ${answer.status}`);
  }
  expect(taken).toEqual([]);
  expect(await rowsOf(system, own)).toEqual(before);
});

test("every answer says what it is and that it is nothing else, and nothing of what serves it", async () => {
  const wrong: string[] = [];
  for (const call of calls) {
    const path = pathFor(call.path, own);
    const body = isWrite(call) ? bodyFor(call, own) : null;
    const { headers, status } = await ask(system, { ...call, path }, {}, body);
    const isBid = path.startsWith("/openrtb2/bid/");
    if (headers["x-content-type-options"] !== "nosniff" && !isBid && call.method !== "OPTIONS")
      wrong.push(`${nameOf(call)} (${status}) may be sniffed`);
    if (headers["x-powered-by"] !== undefined || headers.server !== undefined)
      wrong.push(`${nameOf(call)} says what serves it`);
    if (!/^text\/html/.test(headers["content-type"] ?? "")) continue;
    const policy = headers["content-security-policy"] ?? "";
    if (!/default-src/.test(policy) || /script-src[^;]*'unsafe-(inline|eval)'/.test(policy))
      wrong.push(`${nameOf(call)} has the policy "${policy}"`);
  }
  expect(wrong).toEqual([]);
});

test("pages of other sites read nothing that is managed", async () => {
  const readable: string[] = [];
  for (const call of calls.filter(({ path }) => path.startsWith("/v1/"))) {
    const headers = { ...withKey(own.keys.admin ?? ""), origin: "https://evil.example" };
    const asked = request(system.url)[call.method === "GET" ? "get" : "options"];
    const { headers: told } = await asked(pathFor(call.path, own)).set(headers);
    const allowed = told["access-control-allow-origin"];
    if (allowed !== undefined && told["access-control-allow-credentials"] !== undefined)
      readable.push(nameOf(call));
    if (allowed !== undefined && !/^\/v1\/(ads|activity)$/.test(call.path))
      readable.push(`${nameOf(call)} for ${allowed}`);
  }
  expect([...new Set(readable)]).toEqual([]);
});

test("what takes a body refuses one that is too large, of another kind, or that inflates beyond its limit", async () => {
  const { gzipSync } = await import("node:zlib");
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, 0x20));
  const wrong: string[] = [];
  const takesFields = (call: Call) => isWrite(call) && !withoutFields.test(call.path);
  for (const call of calls.filter((one) => takesFields(one) && one.path.startsWith("/v1/"))) {
    const send = (bytes: Buffer, headers: Readonly<Record<string, string>>) => {
      const method = call.method.toLowerCase() as "post";
      const asked = request(system.url)[method](pathFor(call.path, own));
      return asked
        .set({ ...withKey(system.adminKey), "content-type": "application/json", ...headers })
        .send(bytes)
        .catch((error: { readonly code?: string }) => ({ status: error.code ?? "failed" }));
    };
    const inflated = await send(bomb, { "content-encoding": "gzip" });
    const strange = await send(Buffer.from("{}"), { "content-encoding": "zstd" });
    // A refusal may come before the body is looked at (403, 404 …), and some routes have none.
    for (const { status } of [inflated, strange])
      if (typeof status === "number" && status >= 500 && status !== 503)
        wrong.push(`${nameOf(call)} answers ${status}`);
    if (inflated.status === 200 || inflated.status === 201) wrong.push(`${nameOf(call)} took it`);
  }
  expect(wrong).toEqual([]);
});

test("a click leads where its creative says or nowhere, whatever is done to its address", async () => {
  await system.openShop();
  const placements = [{ id: "top" }];
  const place = { search: { postalCode: "87000" } };
  const { body } = await system.post("/v1/ads", { place, placements }).set("user-agent", browser);
  const { pathname } = new URL(body.placements[0].ads[0].tracking.click);
  const click = (path: string) =>
    request(system.url).get(path).set("user-agent", browser).redirects(0);
  const own = (await click(pathname)).headers.location ?? "";
  expect(own).toMatch(/^https:\/\/toitures\.example\.fr\//);
  const evil = "https://evil.example";
  const suffixes = ["url", "to", "redirect", "u", "landingUrl"].map((name) => `?${name}=${evil}`);
  for (const suffix of [...suffixes, "?f=204", `?${evil}`, "/"]) {
    const { status, headers } = await click(pathname + suffix);
    expect([suffix, status, headers.location?.includes("evil")]).toEqual([suffix, 302, false]);
  }
  const token = pathname.split("/")[3] ?? "";
  const others = [`/t/c/${evil}`, `/t/c//evil.example`, `/t/c/${encodeURIComponent(evil)}`];
  const mutated = [...token].map((letter, at) => {
    const other = letter === "A" ? "B" : "A";
    return `/t/c/${token.slice(0, at)}${other}${token.slice(at + 1)}`;
  });
  for (const path of [...others, ...mutated, `/t/c/${token}${token}`, `/t/c/${token}%00`]) {
    const { status, headers } = await click(path);
    expect([path, status >= 400 && status < 500, headers.location]).toEqual([
      path,
      true,
      undefined,
    ]);
  }
});
