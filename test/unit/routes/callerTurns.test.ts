import { type AddressInfo, connect } from "node:net";
import express, { type RequestHandler } from "express";
import request from "supertest";
import { expect, it } from "vitest";
import type { Caller } from "../../../src/campaigns/repository.ts";
import { PublicError } from "../../../src/errors.ts";
import { createAuthenticate } from "../../../src/routes/authenticate.ts";
import { createCallerTurns } from "../../../src/routes/callerTurns.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";
import { until } from "../../support/until.ts";

const callerOf = (apiKeyId: number): Caller => ({
  apiKeyId,
  userId: null,
  sessionId: null,
  label: "test",
  role: "admin",
  scopes: null,
  organizationId: 1,
  isOperator: true,
  advertiserIds: null,
  requestId: "test",
});

/** A route that answers when the test says so, and how many requests are in it; `revoked` keys are refused. */
function createServer() {
  const held: (() => void)[] = [];
  const revoked = new Set<number>();
  let gone = 0;
  const lookUps = { held: false, waiting: [] as (() => void)[], gone: () => gone };
  const authenticate = createAuthenticate(async ({ headers }) => {
    const apiKeyId = Number(headers["x-caller"]);
    if (lookUps.held) await new Promise<void>((resolve) => lookUps.waiting.push(resolve));
    if (revoked.has(apiKeyId)) throw new PublicError("unauthenticated", "Revoked.");
    return callerOf(apiKeyId);
  });
  const turn = createCallerTurns(authenticate);
  const both: RequestHandler = async (asked, response, next) => {
    await authenticate(asked, response, () => undefined);
    await turn(asked, response, next);
  };
  const app = express();
  // Twice, as where two routers share a path.
  app.use(both, both);
  app.get("/", (_asked, response) => {
    held.push(() => void response.json({}));
  });
  app.use(createProblemHandler(() => undefined));
  const server = app.listen(0);
  server.on("connection", (socket) => socket.once("close", () => (gone += 1)));
  const ask = (caller: number) => request(server).get("/").set("x-caller", String(caller));
  return { server, ask, held, revoked, lookUps };
}

const letAll = async (held: (() => void)[], done: () => boolean): Promise<void> =>
  until(() => {
    for (const answer of held.splice(0)) answer();
    return done();
  });

it("a caller's requests are answered four at a time, and another caller's beside them", async () => {
  const { server, ask, held } = createServer();
  const statuses: number[] = [];
  const own = Array.from({ length: 10 }, () =>
    ask(1).then(({ status }) => void statuses.push(status)),
  );
  await until(() => held.length === 4);
  const others = ask(2).then(({ status }) => void statuses.push(status));
  await until(() => held.length === 5);
  await letAll(held, () => statuses.length === 11);
  await Promise.all([...own, others]);
  expect(statuses).toEqual(Array.from({ length: 11 }, () => 200));
  server.close();
});

it("who hangs up while the key is looked up takes nobody's turn", async () => {
  const { server, ask, held, lookUps } = createServer();
  const { port } = server.address() as AddressInfo;
  lookUps.held = true;
  const sockets = Array.from({ length: 8 }, () => connect(port));
  for (const socket of sockets) socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Caller: 1\r\n\r\n");
  await until(() => lookUps.waiting.length === 8);
  for (const socket of sockets) socket.destroy();
  await until(() => lookUps.gone() === 8);
  lookUps.held = false;
  for (const go of lookUps.waiting) go();
  const answered: number[] = [];
  const asked = ask(1).then(({ status }) => void answered.push(status));
  await letAll(held, () => answered.length === 1);
  await asked;
  expect(answered).toEqual([200]);
  server.close();
});

it("who waits for a turn is refused when the key was revoked meanwhile", async () => {
  const { server, ask, held, revoked } = createServer();
  const statuses: number[] = [];
  const asked = Array.from({ length: 5 }, () =>
    ask(1).then(({ status }) => void statuses.push(status)),
  );
  await until(() => held.length === 4);
  revoked.add(1);
  await letAll(held, () => statuses.length === 5);
  await Promise.all(asked);
  expect(statuses.toSorted()).toEqual([200, 200, 200, 200, 401]);
  server.close();
});
