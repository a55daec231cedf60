import { readFileSync } from "node:fs";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { contentRulesVersion } from "../../src/campaigns/contentRules/rules.ts";
import { sspHealthSchema, systemReportSchema } from "../../src/metrics/systemReport.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.close());

const read = (path: string, key = system.adminKey) =>
  request(system.url)
    .get(path)
    .set({ authorization: `Bearer ${key}` });

it("the system tells of requests a second later, of what is held for them, and of its stores", async () => {
  await system.openShop();
  const ask = () =>
    request(system.url)
      .post("/v1/ads")
      .send({ place: { search: { postalCode: "87000" } }, placements: [{ id: "top" }] })
      .expect(200);
  const { body } = await ask();
  expect(body.placements[0].ads).toHaveLength(1);
  await until(async () => {
    const { ads, bids } = systemReportSchema.parse((await read("/v1/system")).body);
    return (
      ads.requestsPerSecond > 0 && ads.fillShare === 1 && ads.latencyMs !== null && bids !== null
    );
  });
  const report = systemReportSchema.parse((await read("/v1/system")).body);
  expect(report.money.held?.count).toBeGreaterThan(0);
  expect(report.money.held?.micros).toBeGreaterThan(0);
  expect(report.snapshot.campaigns).toBe(1);
  expect(report.stores).toContainEqual({ name: "postgres", ok: true, detail: {} });
  expect(report.series.some(({ filledPerSecond }) => filledPerSecond > 0)).toBe(true);
});

it("an SSP's health counts what it asked; nobody knows another name, and no query is taken", async () => {
  const { key } = (await system.post("/v1/ssps", { name: "le-marche", qpsLimit: 20 })).body;
  const bid = () =>
    request(system.url)
      .post("/openrtb2/bid/le-marche")
      .set({ authorization: `Bearer ${key}` })
      .send({ id: "1", imp: [{ id: "1", banner: { w: 300, h: 250 } }], site: {} });
  await until(async () => (await bid()).status === 204);
  await until(async () => {
    await bid();
    const { status, body } = await read("/v1/ssps/le-marche/health");
    expect(status).toBe(200);
    const health = sspHealthSchema.parse(body);
    return health.lastMinute.requests > 0 && health.lastMinute.latencyMs !== null;
  });
  expect((await read("/v1/ssps/nobody/health")).status).toBe(404);
  const { status, body } = await read("/v1/system?verbose=1");
  expect([status, body.errors[0].pointer]).toEqual([400, "verbose"]);
});

it("only the operator's administrators see the system", async () => {
  const manager = await system.managerKey([]);
  for (const path of ["/v1/system", "/v1/ssps/le-marche/health"])
    expect((await read(path, manager)).status).toBe(403);
});

it("alerts and the dashboard ask for metrics that there are, and each alert has its runbook", async () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const { text } = await request(system.url).get("/metrics");
  const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name));
  // Of a process of its own, of `npm start`, and where traces are on.
  const elsewhere = [
    "atelier_trace_spans_total",
    "atelier_management_up",
    "atelier_management_restarts",
    "atelier_lake_age_seconds",
  ];
  const isTold = (name: string) => {
    const own = name.replace("_management_", "_").replace(/_(bucket|sum|count)$/, "");
    return [name, own].some((one) => told.has(one) || elsewhere.includes(one));
  };
  const rules = read("ops/alerts.yaml");
  const asked = [...`${rules}${read("ops/dashboard.json")}`.matchAll(/atelier_[a-z0-9_]+/g)].map(
    String,
  );
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((name) => !isTold(name))).toEqual([]);

  const alerts = [...rules.matchAll(/alert: (\S+)/g)].map(([, name]) => name);
  const runbooks = [...read("docs/runbooks.md").matchAll(/^## (\S+)$/gm)].map(([, name]) => name);
  expect(alerts.length).toBeGreaterThan(15);
  expect(runbooks).toEqual(alerts);
});

it("a segment is renamed, with the version that was read, and keeps its slug", async () => {
  const { segmentId } = await system.create("/v1/segments", { slug: "velo", name: "Cycliste" });
  const path = `/v1/segments/${segmentId}`;
  const renamed = await system.patch(path, { version: 1, name: "Achète un vélo" });
  expect(renamed.body).toEqual({
    ...{ segmentId, slug: "velo", name: "Achète un vélo", version: 2 },
    categories: [],
  });
  expect((await read(path)).body).toEqual(renamed.body);
  expect((await system.patch(path, { version: 1, name: "Autre" })).status).toBe(409);
  const refused = await system.patch(path, { slug: "autre" });
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [{ pointer: "/slug", rule: "cannot be changed" }],
  ]);
  expect((await system.patch("/v1/segments/999", { name: "Rien" })).status).toBe(404);
  const { items } = (await read(`/v1/audit?entity=segment&entityId=${segmentId}`)).body;
  expect(items[0]).toMatchObject({
    before: { name: "Cycliste" },
    after: { name: "Achète un vélo" },
  });
});

it("a reviewer is told which subjects with rules a creative is about, and what these rules ask", async () => {
  await system.openShop({ status: "paused" }, "caviste");
  const { items } = (await read("/v1/reviews?status=approved")).body;
  expect(items.at(-1)).toMatchObject({ trade: "caviste", subjects: ["alcohol"] });
  const { version, items: rules } = (await read("/v1/content-rules")).body;
  expect(version).toBe(contentRulesVersion);
  const alcohol = rules.find(({ code }: { readonly code: string }) => code === "alcohol");
  expect(alcohol.mentions[0][0]).toMatch(/abus d'alcool/);
  expect(Object.keys(alcohol)).not.toContain("hints");
});
