import type { IncomingMessage } from "node:http";
import express from "express";
import request from "supertest";
import { expect, it } from "vitest";
import type { KnownCaller } from "../../../src/campaigns/repository.ts";
import { createAuthenticate, createReadApiKey } from "../../../src/routes/authenticate.ts";
import { createKeyGuesses, mostGuesses } from "../../../src/routes/keyGuesses.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";

const keyOf = (number: number): string => `atl_${String(number).padStart(43, "x")}`;
const admin: KnownCaller = {
  apiKeyId: 1,
  userId: null,
  sessionId: null,
  label: "test",
  role: "admin",
  scopes: null,
  organizationId: 1,
  isOperator: true,
  advertiserIds: null,
};

/** A server behind one proxy whose first `rightKeys` look-ups of key 0 are right, and how often its store was asked. */
function createServer() {
  const clock = { nowMs: 0 };
  let asked = 0;
  const rightHashes = new Set<string>();
  const readApiKey = createReadApiKey({
    async findApiKey(hash) {
      asked++;
      if (asked === 1) rightHashes.add(hash);
      return rightHashes.has(hash) ? admin : null;
    },
    monotonicMs: () => clock.nowMs,
    guesses: createKeyGuesses({ trustedProxies: 1, monotonicMs: () => clock.nowMs }),
  });
  const app = express();
  app.get(
    "/somewhere",
    createAuthenticate(readApiKey),
    (_request, response) => void response.json({}),
  );
  app.use(createProblemHandler(() => undefined));
  const get = (key: number, address = "192.0.2.7") =>
    request(app)
      .get("/somewhere")
      .set("authorization", `Bearer ${keyOf(key)}`)
      .set("x-forwarded-for", address);
  return { clock, get, asked: () => asked };
}

it("who tries key after key is told to wait, and the store is asked no more; the others go on", async () => {
  const { clock, get, asked } = createServer();
  expect((await get(0)).status).toBe(200);
  for (let key = 1; key <= mostGuesses; key++) expect((await get(key)).status).toBe(401);
  const before = asked();
  const refused = await get(999);
  expect(refused.status).toBe(429);
  expect(refused.headers["retry-after"]).toBe("5");
  expect(refused.body.type).toBe("urn:atelier:problem:too_many_requests");
  expect(asked()).toBe(before);
  expect((await get(999, "198.51.100.1")).status).toBe(401);
  clock.nowMs += 1_000;
  // A second brings one try back; the right key of the same office never waited.
  expect((await get(1_000)).status).toBe(401);
  expect((await get(1_001)).status).toBe(429);
  expect((await get(0)).status).toBe(200);
});

it("one wrong key, sent again and again, counts once in five seconds; what a minute took, a minute gives back", () => {
  const clock = { nowMs: 0 };
  const guesses = createKeyGuesses({ trustedProxies: 0, monotonicMs: () => clock.nowMs });
  const from = { socket: { remoteAddress: "192.0.2.9" }, headers: {} } as IncomingMessage;
  const tryKey = (key: string): void => {
    guesses.check(from, key);
    guesses.note(from, key, false);
  };
  for (let tries = 0; tries < 1_000; tries++) tryKey("the one of last year");
  for (let key = 1; key < mostGuesses; key++) tryKey(`guess ${key}`);
  expect(() => tryKey("one more")).toThrow(/At most 60 unknown keys a minute/);
  expect(() => tryKey("the one of last year")).not.toThrow();
  clock.nowMs += 60_000;
  expect(() => tryKey("one more")).not.toThrow();
});
