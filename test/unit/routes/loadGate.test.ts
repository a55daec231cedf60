import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AccessLine, createAccessLog } from "../../../src/routes/accessLog.ts";
import { createLoadGate } from "../../../src/routes/loadGate.ts";
import { createLoadDoor, type LoadDoor } from "../../../src/serving/loadDoor.ts";
import { takeProblems } from "../../support/openapi/checkAnswers.ts";
import { until } from "../../support/until.ts";

/** What answers here is no route of ours: no description is held against it. */
const passOver = takeProblems;
const thread = { waitMs: 0 };
let load: LoadDoor;
let server: Server;
let url = "";
let shed: string[];
let lines: AccessLine[];
/** Answers that wait for `let` to be called. */
let held: (() => void)[];
let holds = false;

beforeEach(async () => {
  [shed, lines, held, holds] = [[], [], [], false];
  thread.waitMs = 0;
  load = createLoadDoor({
    // Time stands still: who was sent away was sent away just now, however slow the machine.
    monotonicMs: () => 0,
    idleMs: () => 0,
    loopWait: () => thread.waitMs,
    longestWaitMs: 100,
  });
  const logAccess = createAccessLog(2, (line) => lines.push(line));
  const gate = createLoadGate(
    (request, response) => {
      request.resume();
      const answer = () => response.end("answered");
      if (holds) held.push(answer);
      else answer();
    },
    { load, onShed: (kind, cause) => shed.push(`${kind} ${cause}`), logAccess },
  );
  server = createServer(gate);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await passOver();
});

const post = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url + path, { method: "POST", body: "{}", headers });
const get = (path: string) => fetch(url + path);
/** A page that comes too late makes the node one that sheds. */
const overload = async (): Promise<void> => {
  thread.waitMs = 200;
  await post("/v1/ads");
};

describe("a node with more to do than it can", () => {
  test("answers a page with no ads, that its page may read, and never looks for them", async () => {
    thread.waitMs = 200;
    const answer = await post("/v1/ads", { origin: "https://journal.example" });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "https://journal.example",
    ]);
    expect(await answer.json()).toEqual({
      decisionId: "00000000-0000-0000-0000-000000000000",
      place: null,
      placements: [],
      overloaded: true,
    });
    for (const path of ["/v1/ads?x", "/v1/ads/"])
      expect((await (await post(path)).text()).includes("overloaded")).toBe(true);
    expect(shed).toEqual(Array(3).fill("page late"));
    // The gate's own answer is as the API describes it.
    expect(await takeProblems()).toEqual([]);
  });

  test("always answers what is seen, billed and asked of its health, and an operator's own switch", async () => {
    await overload();
    holds = true;
    const waiting = Array.from({ length: 10 }, () => get("/v1/campaigns"));
    await until(() => held.length === 4);
    holds = false;
    for (const path of [
      ...["/t/i/token", "/t/v/token", "/t/c/token", "/openrtb2/n/b/token", "/media/x.webp"],
      ...["/healthz", "/readyz", "/startupz", "/metrics", "/v1/system", "/v1/conversions"],
      ...[
        "/v1/live-settings",
        "/v1/sessions",
        "/tag/atelier.js",
        "/console/assets/index.js",
        "/creatives/1/frame",
      ],
      ...["/boutiques/1", "/pourquoi/token"],
    ])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    const preflight = await fetch(`${url}/v1/ads`, { method: "OPTIONS" });
    expect(preflight.status).toBe(200);
    for (const answer of held) answer();
    const statuses = await Promise.all(waiting.map(async (one) => (await one).status));
    expect(statuses.sort()).toEqual([...Array(4).fill(200), ...Array(6).fill(503)]);
  });

  test("tells management when to ask again", async () => {
    await overload();
    holds = true;
    const waiting = Array.from({ length: 4 }, () => get("/console"));
    await until(() => held.length === 4);
    const refused = await get("/v1/campaigns");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.json()).toMatchObject({ type: "urn:atelier:problem:unavailable" });
    for (const answer of held) answer();
    await Promise.all(waiting);
    holds = false;
    expect((await get("/v1/campaigns")).status).toBe(200);
  });
});

describe("a node with time", () => {
  test("counts a page from the end of its body to its answer", async () => {
    holds = true;
    const answers = [post("/v1/ads"), post("/v1/ads")];
    await until(() => load.state().inFlight === 2 && held.length === 2);
    for (const answer of held) answer();
    await Promise.all(answers);
    await until(() => load.state().inFlight === 0);
    expect(shed).toEqual([]);
  });

  test("gives a request its own name back, and one that is no plain word a new one", async () => {
    const named = async (given: string) =>
      (await fetch(url, { headers: { "x-request-id": given } })).headers.get("x-request-id");
    expect(await named("trace-1.2:3")).toBe("trace-1.2:3");
    for (const strange of ["a b", "<script>", "x".repeat(65)])
      expect(await named(strange)).toMatch(/^[\da-f-]{36}$/);
    const page = await post("/v1/ads", { "x-request-id": "page-7" });
    expect(page.headers.get("x-request-id")).toBe("page-7");
  });

  test("logs every so many requests, with nothing of who asked or for what", async () => {
    for (const at of [1, 2, 3, 4]) await get(`/v1/visitors/jeanne-${at}?signature=secret`);
    await until(() => lines.length === 2);
    await post("/v1/ads");
    await post("/v1/ads");
    await until(() => lines.length === 3);
    expect(lines[2]).toEqual({
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      method: "POST",
      route: "/v1/ads",
      status: 200,
      tookMs: expect.any(Number),
    });
    expect(JSON.stringify(lines)).not.toMatch(/jeanne|signature|127\.0/);
  });
});
