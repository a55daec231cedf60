import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askForBid, bidBody, openSsp } from "../../support/bids.ts";
import { type OpenStore, openCampaignStore } from "../../support/campaignStore.ts";
import { type System, startSystem } from "../../support/system.ts";
import { until } from "../../support/until.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const get = (path: string, key = system.adminKey) => request(system.url).get(path).set(bearer(key));

describe("SSPs are kept", () => {
  it("with a key that is told once, and settings that hold where nothing is said", async () => {
    const { status, headers, body } = await system.post("/v1/ssps", {
      name: "first",
      seat: " A1 ",
    });
    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: "/v1/ssps/first", "cache-control": "no-store" });
    expect(body.key).toMatch(/^ssp_[A-Za-z0-9_-]{43}$/);
    expect(body).toMatchObject({
      name: "first",
      status: "active",
      seat: "A1",
      keyed: true,
      addresses: [],
      openToBrowsers: false,
      qpsLimit: 200,
      deadlineMs: 150,
      networkMs: 10,
      currencies: [],
      marginPermille: 0,
      wantsNoBidReasons: false,
      clickMacro: null,
      priceMacro: "$" + "{AUCTION_PRICE}",
      priceEncoding: "none",
      shading: { kind: "learnt", minObservations: 200, minPermille: 400 },
      billedBy: "burl",
      syncUrl: null,
      version: 1,
    });
    const read = await get("/v1/ssps/first");
    expect(read.body).not.toHaveProperty("key");
    expect(read.body).not.toHaveProperty("keyHash");
    expect(read.body).toMatchObject({ name: "first", sspId: body.sspId });
  });

  it("the keys of encrypted prices are in no answer", async () => {
    const priceKeys = { encryption: "A".repeat(43), integrity: `${"B".repeat(43)}=` };
    const made = await system.post("/v1/ssps", {
      name: "sealed",
      priceEncoding: "hmac",
      priceKeys,
    });
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty("priceKeys");
    const changed = await system.patch("/v1/ssps/sealed", { qpsLimit: 7 });
    expect(changed.body).toMatchObject({ qpsLimit: 7, priceEncoding: "hmac" });
    expect(JSON.stringify((await get("/v1/ssps")).body)).not.toContain("AAAA");
  });

  it("a page at a time, in the order in which they came", async () => {
    const first = await get("/v1/ssps?limit=1");
    expect(first.body.items).toHaveLength(1);
    const next = await get(`/v1/ssps?limit=1&cursor=${first.body.nextCursor}`);
    expect(next.body.items[0].sspId).toBeGreaterThan(first.body.items[0].sspId);
  });

  it("once under a name, which stays", async () => {
    expect((await system.post("/v1/ssps", { name: "first" })).status).toBe(409);
    const renamed = await system.patch("/v1/ssps/first", { name: "second" });
    expect(renamed.status).toBe(422);
    expect(renamed.body.errors).toEqual([{ pointer: "/name", rule: "cannot be changed" }]);
  });

  it("a change that was not seen is not overwritten", async () => {
    const stale = await system.patch("/v1/ssps/sealed", { version: 1, qpsLimit: 9 });
    expect(stale.status).toBe(409);
  });

  it("for administrators alone", async () => {
    const manager = await system.managerKey([1]);
    const answers = await Promise.all([
      system.post("/v1/ssps", { name: "mine" }, manager),
      get("/v1/ssps", manager),
      get("/v1/ssps/first", manager),
      system.patch("/v1/ssps/first", {}, manager),
      system.post("/v1/ssps/first/key", {}, manager),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect((await get("/v1/ssps/nobody")).status).toBe(404);
  });

  const refused: readonly (readonly [object, string])[] = [
    [{}, "/name"],
    [{ name: "Not A Slug" }, "/name"],
    [{ name: "x", keyed: false }, "/keyed"],
    [{ name: "x", addresses: ["10.0.0.0/4"] }, "/addresses/0"],
    [{ name: "x", addresses: ["nowhere"] }, "/addresses/0"],
    [{ name: "x", qpsLimit: 0 }, "/qpsLimit"],
    [{ name: "x", marginPermille: 1_000 }, "/marginPermille"],
    [{ name: "x", currencies: ["euro"] }, "/currencies/0"],
    [{ name: "x", deadlineMs: 20, networkMs: 20 }, "/networkMs"],
    [{ name: "x", priceEncoding: "hmac" }, "/priceKeys"],
    [
      { name: "x", priceKeys: { encryption: "A".repeat(43), integrity: "A".repeat(43) } },
      "/priceKeys",
    ],
    [{ name: "x", clickMacro: { text: "CLICK", encoding: "raw" } }, "/clickMacro/text"],
    [{ name: "x", syncUrl: "http://sync.example/" }, "/syncUrl"],
    [{ name: "x", shading: { kind: "learnt", minPermille: 0 } }, "/shading/minPermille"],
    [{ name: "x", keyHash: "a".repeat(64) }, "/keyHash"],
  ];
  it.each(refused)("%j names what is wrong", async (body, pointer) => {
    const { status, body: problem } = await system.post("/v1/ssps", body);
    expect(status).toBe(422);
    expect(problem.errors.map((it: { pointer: string }) => it.pointer)).toContain(pointer);
  });
});

describe("what is no SSP", () => {
  it.each(["%00", "%F0%9F%92%A9", "a%00", "..", "%2e%2e%2f", "A", "a%20b", "x".repeat(300), "%FF"])(
    "%s is nothing, and no fault",
    async (name) => {
      const paths = [name, `${name}/spending`, `${name}/reports/2026-10`].map(
        (path) => `/v1/ssps/${path}`,
      );
      const statuses = await Promise.all(paths.map(async (path) => (await get(path)).status));
      const changed = await system.patch(`/v1/ssps/${name}`, { status: "paused" });
      const renewed = await system.post(`/v1/ssps/${name}/key`, {});
      const synced = await request(system.url).get(`/openrtb2/sync/${name}?gdpr=0`);
      const told = await request(system.url).get(`/openrtb2/n/b/${name}?price=1`);
      const asked = await askForBid(system.url, bidBody(), { name });
      const all = [...statuses, changed, renewed, synced, told, asked];
      for (const one of all)
        expect([400, 404, 405]).toContain(typeof one === "number" ? one : one.status);
    },
  );

  it("a sync address whose host hangs on what a visitor brings is refused, by field and rule", async () => {
    const hosts = ["{uid}.ssp.example", "sync-$UID.example", "ssp.example.{gdpr}", "{gpp}.example"];
    for (const host of hosts) {
      const { status, body } = await system.post("/v1/ssps", {
        name: "macro",
        syncUrl: `https://${host}/set?id={uid}`,
      });
      expect([host, status, body.errors]).toEqual([
        host,
        422,
        [{ pointer: "/syncUrl", rule: expect.stringContaining("macros") }],
      ]);
    }
    const path = await system.post("/v1/ssps", {
      name: "path",
      syncUrl: "https://ssp.example:8443/{uid}?g={gdpr}",
    });
    expect(path.status).toBe(201);
  });
});

describe("who may ask", () => {
  const ask = (name: string, headers: Readonly<Record<string, string>> = {}) =>
    askForBid(system.url, bidBody({ test: 1 }), { name, headers }).then(({ status }) => status);

  it("a keyed SSP asks with its key, at any of its places", async () => {
    const { key } = await openSsp(system, { name: "keyed", keyed: true, addresses: [] });
    expect(await ask("keyed")).toBe(401);
    expect(await ask("keyed", bearer("ssp_wrong"))).toBe(401);
    expect(await ask("keyed", bearer(key ?? ""))).toBe(204);
    expect(await ask("keyed", { "x-api-key": key ?? "" })).toBe(204);
    expect(await ask(`keyed?key=${key}`)).toBe(204);
  });

  it("a renewed key is the only one within a second", async () => {
    const { key } = await openSsp(system, { name: "renewed", keyed: true, addresses: [] });
    const { body } = await system.post("/v1/ssps/renewed/key", {});
    await until(async () => (await ask("renewed", bearer(body.key))) === 204);
    expect(await ask("renewed", bearer(key ?? ""))).toBe(401);
  });

  it("addresses and key must both be right where both are asked for", async () => {
    const fields = { name: "both", keyed: true, addresses: ["198.51.100.0/24"] };
    const { key } = await openSsp(system, fields);
    expect(await ask("both", bearer(key ?? ""))).toBe(403);
    await system.patch("/v1/ssps/both", { addresses: ["127.0.0.1", "::ffff:127.0.0.1"] });
    await until(async () => (await ask("both", bearer(key ?? ""))) === 204);
    expect(await ask("both")).toBe(401);
  });

  it("pages may ask by themselves where that is allowed, and get their cookies and origin right", async () => {
    await openSsp(system, { name: "pages", keyed: true, addresses: [], openToBrowsers: true });
    const origin = "https://journal.example";
    expect(await ask("pages")).toBe(401);
    const asked = await askForBid(system.url, bidBody({ test: 1 }), {
      name: "pages",
      headers: { origin, "content-type": "text/plain" },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      vary: "origin",
    });
    const preflight = await request(system.url).options("/openrtb2/bid/pages").set({ origin });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-methods"]).toBe("POST");
  });

  it("nobody asks for an SSP that there is not", async () => {
    expect(await ask("nobody")).toBe(404);
    expect(await ask("..%2F..%2Fetc")).toBe(404);
  });

  it("a paused SSP gets no bids", async () => {
    await system.openShop();
    await openSsp(system, { name: "pausing" });
    const bid = () => askForBid(system.url, bidBody(), { name: "pausing" }).then((it) => it.status);
    expect(await bid()).toBe(200);
    await system.patch("/v1/ssps/pausing", { status: "paused" });
    await until(async () => (await bid()) === 204);
  });
});

describe("the database itself", () => {
  let opened: OpenStore;
  beforeAll(async () => {
    opened = await openCampaignStore();
    await sql`insert into ssps (name, key_hash, qps_limit, margin_permille, deadline_ms, network_ms, hold_seconds,
      wants_no_bid_reasons, price_macro, price_encoding, shading, billed_by)
      values ('a', ${"a".repeat(64)}, 1, 0, 100, 10, 300, false, '[P]', 'none', '{"kind": "off"}', 'burl')`.execute(
      opened.db,
    );
  });
  afterAll(() => opened.close());

  const violations: readonly (readonly [string, string])[] = [
    ["id = 65536", "ssps_id_range"],
    ["name = 'A'", "ssps_name_shape"],
    ["status = 'gone'", "ssps_status"],
    ["seat = ''", "ssps_seat_length"],
    ["key_hash = 'x'", "ssps_key_hash_shape"],
    ["key_hash = null", "ssps_admission"],
    ["addresses = array_fill('10.0.0.1'::text, array[101])", "ssps_addresses"],
    ["qps_limit = 0", "ssps_qps_limit_range"],
    ["margin_permille = 1000", "ssps_margin_range"],
    ["currencies = '{EURO}'", "ssps_currencies"],
    ["deadline_ms = 5", "ssps_deadline_range"],
    ["network_ms = 100", "ssps_network_range"],
    ["hold_seconds = 1", "ssps_hold_seconds_range"],
    [`click_macro = '{"text": "[A]", "encoding": "rot13"}'`, "ssps_click_macro"],
    ["price_macro = ''", "ssps_price_macro_length"],
    ["price_encoding = 'rot13'", "ssps_price_encoding"],
    ["price_encoding = 'hmac'", "ssps_price_keys_where_needed"],
    [`price_encoding = 'hmac', price_keys = '{"encryption": "x"}'`, "ssps_price_keys"],
    [`shading = '{"kind": "learnt"}'`, "ssps_shading"],
    [`shading = '{"kind": "off", "more": 1}'`, "ssps_shading"],
    ["billed_by = 'lurl'", "ssps_billed_by"],
    ["sync_url = 'http://a.example'", "ssps_sync_url_length"],
    ["version = 0", "ssps_version_positive"],
  ];
  it.each(violations)("refuses %s", async (change, constraint) => {
    const broken = sql`update ssps set ${sql.raw(change)}`.execute(opened.db);
    await expect(broken).rejects.toMatchObject({ constraint });
  });
});
