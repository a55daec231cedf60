import express from "express";
import request from "supertest";
import { expect, it } from "vitest";
import type { IdempotencyStore } from "../../../src/campaigns/idempotency.ts";
import { PublicError } from "../../../src/errors.ts";
import { tellForecast } from "../../../src/routes/dryRun.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";
import { createWriteScope } from "../../../src/routes/writeScope.ts";

/** A write that can be tried, and whether its transaction is open when the forecast is asked for. */
function createApp(forecast: () => Promise<unknown>) {
  const seen = { open: false, openWhenAsked: [] as boolean[] };
  const answers: IdempotencyStore = {
    async inTransaction(work) {
      seen.open = true;
      return work().finally(() => {
        seen.open = false;
      });
    },
    claim: async () => ({ kind: "free" }),
    save: async () => undefined,
  };
  const app = express();
  app.use(createWriteScope({ answers, randomBytes: (count) => new Uint8Array(count) }));
  app.post("/v1/campaigns", (asked, response) => {
    tellForecast(asked, () => {
      seen.openWhenAsked.push(seen.open);
      return forecast();
    });
    response.status(201).location("/v1/campaigns/7").json({ campaignId: 7 });
  });
  app.use(createProblemHandler(() => undefined));
  return { app, seen };
}

it("a dry run asks for its forecast when its transaction is over and holds up nobody", async () => {
  const { app, seen } = createApp(async () => ({ people: 100 }));
  const { status, body } = await request(app).post("/v1/campaigns?dryRun=1");
  expect([status, body.status, body.forecast]).toEqual([200, 201, { people: 100 }]);
  expect(seen.openWhenAsked).toEqual([false]);
});

it("a dry run whose forecast is not ready is a 503 that names no place", async () => {
  const { app } = createApp(() => Promise.reject(new PublicError("unavailable", "Not ready.")));
  const { status, headers, body } = await request(app).post("/v1/campaigns?dryRun=1");
  expect([status, headers.location, body.detail]).toEqual([503, undefined, "Not ready."]);
});
