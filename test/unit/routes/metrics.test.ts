import express from "express";
import request from "supertest";
import { expect, test } from "vitest";
import { createMetrics } from "../../../src/metrics/metrics.ts";
import { metricsRouter } from "../../../src/routes/metrics.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";

const token = "t".repeat(32);

function appWith(tokenOrNull: string | null, metrics = createMetrics()) {
  const app = express();
  app.use(metricsRouter({ page: metrics.page, token: tokenOrNull }));
  return app.use(createProblemHandler(() => undefined));
}

test("counters are what was added, by label, and gauges what is true when the page is read", async () => {
  const metrics = createMetrics();
  const rows = metrics.counter("atelier_rows_total", "Rows", ["kind"]);
  let age = 1;
  metrics.gauge("atelier_age_seconds", "Age", () => age);
  rows.add(2, { kind: "click" });
  rows.add(3, { kind: "click" });
  rows.add(1, { kind: "impression" });
  age = 7;
  const answer = await request(appWith(null, metrics)).get("/metrics").expect(200);
  expect(answer.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.text).toContain('atelier_rows_total{kind="click"} 5\n');
  expect(answer.text).toContain('atelier_rows_total{kind="impression"} 1\n');
  expect(answer.text).toContain("# TYPE atelier_age_seconds gauge\natelier_age_seconds 7\n");
});

test("a gauge that cannot be read is absent, not nought, and takes nothing from the others", async () => {
  const metrics = createMetrics();
  let isAway = false;
  metrics.gauge("atelier_broken", "Broken", () => {
    if (isAway) throw new Error("away");
    return 3;
  });
  metrics.gauge("atelier_fine", "Fine", () => 1);
  const app = appWith(null, metrics);
  const before = await request(app).get("/metrics").expect(200);
  expect(before.text).toContain("\natelier_broken 3\n");
  isAway = true;
  const answer = await request(app).get("/metrics").expect(200);
  expect(answer.text).not.toMatch(/^atelier_broken/m);
  expect(answer.text).toContain("atelier_fine 1\n");
});

test("a name is taken once, and has the shape of one of ours", () => {
  const metrics = createMetrics();
  metrics.gauge("atelier_one", "One", () => 1);
  expect(() => metrics.gauge("atelier_one", "One again", () => 1)).toThrow(/atelier_one/);
  expect(() => metrics.counter("rows_total", "Rows")).toThrow(/atelier_/);
});

test("with a token it is read by who has it", async () => {
  const app = appWith(token);
  await request(app).get("/metrics").set("authorization", `Bearer ${token}`).expect(200);
  await request(app).get("/metrics").expect(401);
  const refused = await request(app).get("/metrics").set("authorization", `Bearer ${token}x`);
  expect(refused.status).toBe(401);
  expect(refused.body.errors).toEqual([
    { pointer: "authorization", rule: "must be Bearer and the token of METRICS_TOKEN" },
  ]);
});

test("without one it is read from this machine, and not through a proxy on it", async () => {
  await request(appWith(null)).get("/metrics").expect(200);
  await request(appWith(null)).get("/metrics").set("x-forwarded-for", "203.0.113.9").expect(401);
  await request(appWith(null)).get("/metrics").set("forwarded", "for=203.0.113.9").expect(401);
});
