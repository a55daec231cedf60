import express, { Router } from "express";
import request from "supertest";
import { expect, it } from "vitest";
import type { IdempotencyStore } from "../../../src/campaigns/idempotency.ts";
import type { Caller } from "../../../src/campaigns/repository.ts";
import { createAdmission } from "../../../src/routes/admission.ts";
import { createAuthenticate } from "../../../src/routes/authenticate.ts";

const caller: Caller = {
  apiKeyId: 1,
  userId: null,
  sessionId: null,
  label: "test",
  role: "admin",
  scopes: null,
  organizationId: 1,
  isOperator: true,
  advertiserIds: null,
  requestId: "test",
};

const noAnswers: IdempotencyStore = {
  inTransaction: (work) => work(),
  claim: async () => ({ kind: "free" }),
  save: async () => undefined,
};

it("a request that passes the routers of two rooms is authenticated, counted and read once", async () => {
  let looked = 0;
  const { authenticate } = createAdmission({
    authenticate: createAuthenticate(async () => {
      looked += 1;
      return caller;
    }),
    answers: noAnswers,
    randomBytes: (count) => new Uint8Array(count),
    requestsPerMinute: 10,
    monotonicMs: () => 0,
  });
  const app = express();
  for (const room of ["one", "two"]) {
    const router = Router();
    router.use("/rooms", authenticate);
    router.post(`/rooms/${room}`, (request, response) => response.json([room, request.body]));
    app.use(router);
  }
  const answer = await request(app).post("/rooms/two").send({ a: 1 });
  expect(answer.body).toEqual(["two", { a: 1 }]);
  expect(answer.headers.ratelimit).toMatch(/r=9;/);
  // Before its body and after it.
  expect(looked).toBe(2);
});
