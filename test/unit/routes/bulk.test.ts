import { once } from "node:events";
import { request as requestOf } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { describe, expect, it } from "vitest";
import type { BulkWriter } from "../../../src/campaigns/bulkLines.ts";
import type { IdempotencyStore } from "../../../src/campaigns/idempotency.ts";
import type { Caller } from "../../../src/campaigns/repository.ts";
import { PublicError } from "../../../src/errors.ts";
import { createAuthenticate, type ReadApiKey } from "../../../src/routes/authenticate.ts";
import { bulkRouter } from "../../../src/routes/bulk.ts";
import { countLines, createPause } from "../../../src/routes/bulkCall.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";
import { sendBulk } from "../../support/bulkCalls.ts";

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
const slowCaller: Caller = { ...caller, organizationId: 2, isOperator: false };
const callerOf: ReadApiKey = async ({ headers }) =>
  headers.authorization === "Bearer slow" ? slowCaller : caller;
const create = { op: "create", body: {} };

/** A bulk route whose transactions fare as `transaction` says. */
function createApp(transaction: (index: number) => Promise<void>) {
  let begun = 0;
  let id = 0;
  const writer: BulkWriter<null> = {
    prepare: () => null,
    apply: async (prepared) =>
      prepared.map(() => {
        id += 1;
        return { ok: true, kept: { id, version: 1 } } as const;
      }),
  };
  const answers: IdempotencyStore = {
    async inTransaction(work) {
      begun += 1;
      await transaction(begun - 1);
      return work();
    },
    claim: async () => ({ kind: "free" }),
    save: async () => undefined,
  };
  const app = express();
  app.use(
    bulkRouter({
      authenticateStream: createAuthenticate(callerOf),
      authenticateAgain: createAuthenticate(callerOf),
      collection: "campaigns",
      openWriter: async () => writer,
      answers,
      randomBytes: (count) => new Uint8Array(count),
      monotonicMs: () => performance.now(),
    }),
  );
  app.use(createProblemHandler(() => undefined));
  return { app, begunTransactions: () => begun };
}

const away = () => Promise.reject(new PublicError("unavailable", "The store is away."));
const send = (app: express.Express, count: number, query = "") =>
  sendBulk(
    app,
    "key",
    `/v1/campaigns/bulk${query}`,
    Array.from({ length: count }, () => create),
  );

describe("a bulk call whose store goes away", () => {
  it("before anything was written is a 503 as a whole", async () => {
    const { app } = createApp(away);
    const { status, results } = await send(app, 120);
    expect([status, results.map(({ type }) => type)]).toEqual([
      503,
      ["urn:atelier:problem:unavailable"],
    ]);
  });

  it("in the middle tells of every line that is left, and does not try on", async () => {
    const { app, begunTransactions } = createApp((index) =>
      index === 1 ? away() : Promise.resolve(),
    );
    const { status, results } = await send(app, 170);
    expect(status).toBe(200);
    expect(results.map((result) => [result.line, result.status])).toEqual(
      Array.from({ length: 170 }, (_, index) => [index + 1, index < 50 ? 201 : 503]),
    );
    expect(begunTransactions()).toBe(2);
  });
});

it("an organisation has room for two bodies that come slowly, and keeps nobody else from being answered", async () => {
  const { app } = createApp(() => Promise.resolve());
  const server = app.listen(0);
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/x-ndjson", authorization: "Bearer slow" };
  const slow = Array.from({ length: 3 }, () =>
    requestOf({ port, path: "/v1/campaigns/bulk", method: "POST", headers }).on(
      "error",
      () => undefined,
    ),
  );
  const refused = Promise.race(
    slow.map(async (one) => (await once(one, "response"))[0].statusCode),
  );
  for (const one of slow) one.write(" \n");
  try {
    expect(await refused).toBe(429);
    expect((await send(app, 10)).status).toBe(200);
  } finally {
    for (const one of slow) one.destroy();
    server.close();
  }
});

it("a dry run is undone batch by batch: no transaction of many lines keeps others' changes from serving nodes", async () => {
  const { app, begunTransactions } = createApp(() => Promise.resolve());
  const { status, results } = await send(app, 170, "?dryRun=1");
  expect([status, results.length, begunTransactions()]).toEqual([200, 170, 4]);
  expect(results.at(-1)).toEqual({ line: 170, status: 201, version: 1 });
});

it("all or nothing is one transaction of at most 1,000 lines; of more it tells the better way", async () => {
  const { app, begunTransactions } = createApp(() => Promise.resolve());
  expect((await send(app, 1_000, "?atomic=1")).status).toBe(200);
  expect(begunTransactions()).toBe(1);
  const refused = await send(app, 1_001, "?atomic=1");
  expect(refused.status).toBe(413);
  expect(JSON.stringify(refused.results)).toContain("Idempotency-Key");
  expect(begunTransactions()).toBe(1);
});

it("a body of nothing but line ends is refused without counting millions of them", () => {
  expect(countLines("\n".repeat(20_000))).toBe(0);
  expect(countLines(`${"\n".repeat(19_999)}{}`)).toBe(1);
  expect(countLines("\n".repeat(16 * 1024 * 1024))).toBe(10_001);
});

it("what computes rests for as long as it has, so that ads get more than one turn of the loop in between", async () => {
  let nowMs = 0;
  const pause = createPause(() => nowMs);
  nowMs = 30;
  const beganMs = performance.now();
  await pause();
  expect(performance.now() - beganMs).toBeGreaterThan(25);
});

it("a third bulk call at once is asked to come back", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: bothRun, resolve: tellBothRun } = Promise.withResolvers<void>();
  const { app } = createApp((index) => {
    if (index === 1) tellBothRun();
    return gate;
  });
  const running = [send(app, 1), send(app, 1)];
  await bothRun;
  const refused = await send(app, 1);
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "5"]);
  open();
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await send(app, 1)).status).toBe(200);
});
