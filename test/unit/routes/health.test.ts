import express from "express";
import request from "supertest";
import { expect, test } from "vitest";
import { type Check, healthRouter } from "../../../src/routes/health.ts";

interface World {
  nowMs: number;
  stopping: boolean;
}

function appWith(checks: readonly Check[], world: World = { nowMs: 0, stopping: false }) {
  return express().use(
    healthRouter({ checks, isStopping: () => world.stopping, nowMs: () => world.nowMs }),
  );
}

const fine: Check = {
  name: "redis",
  required: true,
  run: () => ({ ok: true, detail: { roundTripMs: 1 } }),
};

test("the process is alive whatever its stores say", async () => {
  const app = appWith([{ ...fine, run: () => Promise.reject(new Error("away")) }]);
  const answer = await request(app).get("/healthz").expect(200, { status: "alive" });
  expect(answer.headers["cache-control"]).toBe("no-store");
});

test("started once it has been ready, whatever becomes of it", async () => {
  let ok = false;
  const world = { nowMs: 0, stopping: false };
  const app = appWith([{ ...fine, run: () => ({ ok }) }], world);
  await request(app).get("/startupz").expect(503, { status: "starting" });
  world.nowMs += 1_000;
  ok = true;
  await request(app).get("/startupz").expect(200, { status: "started" });
  world.nowMs += 1_000;
  ok = false;
  await request(app).get("/readyz").expect(503);
  await request(app).get("/startupz").expect(200);
});

test("ready when every check holds, with what each one says", async () => {
  await request(appWith([fine]))
    .get("/readyz")
    .expect(200, {
      status: "ready",
      reasons: [],
      checks: { redis: { ok: true, detail: { roundTripMs: 1 } } },
    });
});

test("not ready, with the reason, when a required check fails; only the kind of the error is shown", async () => {
  const failing: Check = {
    name: "snapshot",
    required: true,
    run: () => Promise.reject(new TypeError("postgres://user:password@host")),
  };
  const answer = await request(appWith([fine, failing]))
    .get("/readyz")
    .expect(503);
  expect(answer.body).toMatchObject({ status: "not ready", reasons: ["snapshot"] });
  expect(answer.text).toContain("TypeError");
  expect(answer.text).not.toContain("password");
});

test("degraded but in service when only an optional check fails", async () => {
  const optional: Check = {
    name: "dynamodb",
    required: false,
    run: () => ({ ok: false, detail: { error: "unreachable" } }),
  };
  const answer = await request(appWith([fine, optional]))
    .get("/readyz")
    .expect(200);
  expect(answer.body).toMatchObject({ status: "degraded", reasons: ["dynamodb"] });
});

test("a check that throws at once fails like one that rejects", async () => {
  const throwing: Check = {
    name: "outbox",
    required: true,
    run: () => {
      throw new RangeError("bad");
    },
  };
  await request(appWith([throwing]))
    .get("/readyz")
    .expect(503);
});

test("a check that never answers is not ok, and does not hold the answer", async () => {
  const silent: Check = {
    name: "postgres",
    required: false,
    run: () => new Promise(() => undefined),
  };
  const startedAt = performance.now();
  const answer = await request(appWith([silent]))
    .get("/readyz")
    .expect(200);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(answer.body.checks.postgres.detail.error).toBe("no answer in 500 ms");
});

test("a process that stops is not ready, so that balancers look elsewhere", async () => {
  const world = { nowMs: 0, stopping: false };
  const app = appWith([fine], world);
  await request(app).get("/readyz").expect(200);
  world.stopping = true;
  await request(app).get("/readyz").expect(503);
});

test("stores are asked once a second at most, and again after it", async () => {
  const world = { nowMs: 0, stopping: false };
  let asked = 0;
  const counted: Check = {
    name: "redis",
    required: true,
    run: () => {
      asked += 1;
      return { ok: asked === 1 };
    },
  };
  const app = appWith([counted], world);
  for (const _ of [1, 2, 3]) await request(app).get("/readyz").expect(200);
  world.nowMs = 999;
  await request(app).get("/readyz").expect(200);
  expect(asked).toBe(1);
  world.nowMs = 1_000;
  await request(app).get("/readyz").expect(503);
  expect(asked).toBe(2);
});
