import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "../../../src/app.ts";
import { createLoadGate } from "../../../src/routes/loadGate.ts";
import { wholePageOf } from "../../../src/routes/quickRefusal.ts";
import { createLoadDoor, type LoadDoor } from "../../../src/serving/loadDoor.ts";
import { takeProblems } from "../../support/openapi/checkAnswers.ts";
import { openRaw, type RawConnection } from "../../support/rawHttp.ts";
import { until } from "../../support/until.ts";

const page = (fields: readonly string[] = [], body = '{"placements":[{"id":"top"}]}') =>
  `POST /v1/ads HTTP/1.1\r\nHost: a\r\n${fields.map((field) => `${field}\r\n`).join("")}Content-Length: ${body.length}\r\n\r\n${body}`;

const thread = { waitMs: 0 };
let load: LoadDoor;
let server: Server;
let connection: RawConnection;
/** What Node has read. */
let read: string[];
let shed = 0;

beforeEach(async () => {
  [read, shed, thread.waitMs] = [[], 0, 200];
  load = createLoadDoor({
    // Time stands still: who was sent away was sent away just now, however slow the machine.
    monotonicMs: () => 0,
    idleMs: () => 0,
    loopWait: () => thread.waitMs,
    longestWaitMs: 100,
  });
  const gate = createLoadGate(
    (request, response) => {
      request.resume();
      request.once("end", () => response.end("let in"));
    },
    { load, onShed: () => shed++, logAccess: () => undefined },
  );
  server = createHttpServer(gate);
  server.prependListener("request", ({ method, url, headers }) =>
    read.push(`${method} ${url} ${headers["x-who"] ?? ""}`.trim()),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  connection = openRaw((server.address() as AddressInfo).port);
});
afterEach(async () => {
  connection.socket.destroy();
  server.closeAllConnections();
  server.close();
  // What answers here is no route of ours.
  await takeProblems();
});

let answers = 0;
/** Sends a chunk and waits for so many answers more. */
const send = async (text: string, expected = 1): Promise<string> => {
  const before = connection.received().length;
  answers = connection.statuses().length;
  connection.socket.write(text, "latin1");
  await until(() => connection.statuses().length >= answers + expected);
  await until(
    () => connection.received().endsWith("}") || connection.received().includes("let in"),
  );
  return connection.received().slice(before);
};
/** The first page is read by Node, the second shows where a request begins, the third is answered without. */
const warmUp = async (): Promise<void> => {
  for (let times = 0; times < 3; times++) await send(page());
  expect(read).toHaveLength(2);
  read.length = 0;
};

describe("pages that are sent away one after the other on a connection", () => {
  test("are answered as ever, and Node reads two of them", async () => {
    const first = await send(page());
    for (let times = 0; times < 5; times++)
      expect((await send(page())).replace(/\r\n(Date|Keep-Alive|Connection): [^\r]*/g, "")).toBe(
        first.replace(/\r\n(Date|Keep-Alive|Connection): [^\r]*/g, ""),
      );
    expect([read.length, shed]).toEqual([2, 6]);
  });

  test("may be read by the page that asked, and by no other", async () => {
    await warmUp();
    const answer = await send(page(["Origin: https://journal.example"]));
    expect(answer).toContain(
      "\r\naccess-control-allow-origin: https://journal.example\r\nvary: origin\r\n",
    );
    expect(await send(page())).not.toContain("access-control");
    expect(read).toEqual([]);
  });

  test("are let in again once there is time, each asked for once", async () => {
    await warmUp();
    thread.waitMs = 0;
    load.obey(50);
    const sent: string[] = [];
    for (let times = 0; times < 4; times++) sent.push(await send(page()));
    expect(sent.filter((answer) => answer.includes("let in"))).toHaveLength(2);
  });
});

/** On a connection on which a proxy brings one request after the other, whoever sent them. */
describe("bytes that could be read in two ways are Node's to read", () => {
  test("a page within the body of another request is never a request", async () => {
    await warmUp();
    const inner = page();
    const outer = `POST /v1/other HTTP/1.1\r\nHost: a\r\nX-Who: outer\r\nContent-Length: ${inner.length}\r\n\r\n`;
    connection.socket.write(outer, "latin1");
    await until(() => read.length === 1);
    expect(await send(inner)).toContain("let in");
    expect(read).toEqual(["POST /v1/other outer"]);
  });

  test("nor one that follows the beginning of a head", async () => {
    await warmUp();
    connection.socket.write("GET /secret HTTP/1.1\r\nX-Who: first\r\nHost: a\r\nX: ", "latin1");
    // It has come by then: what follows is a chunk of its own.
    await new Promise((resolve) => server.getConnections(resolve));
    const before = connection.statuses().length;
    connection.socket.write(page(["X-Who: second"]), "latin1");
    await until(() => connection.statuses().length > before || !connection.isOpen());
    expect(read.every((one) => one.startsWith("GET /secret"))).toBe(true);
    expect(shed).toBe(3);
  });

  test.each([
    ["a request in two chunks", () => [page().slice(0, 60), page().slice(60)], 1],
    ["two requests in a chunk", () => [page() + page()], 2],
    ["another path", () => [page().replace("/v1/ads", "/v1/ads?x")], 1],
    [
      "another spelling of the length",
      () => [page().replace("Content-Length", "Content-Length ")],
      1,
    ],
    ["two lengths", () => [page(["Content-Length: 1"])], 1],
    ["chunks", () => [page(["Transfer-Encoding: chunked"])], 1],
    ["a folded line", () => [page(["X: a", " b"])], 1],
    ["a line that ends in LF", () => [page(["X: a\nY: b"])], 1],
    ["who waits for leave", () => [page(["Expect: 100-continue"])], 1],
    ["who leaves afterwards", () => [page(["Connection: close"])], 1],
    ["who has a name for it", () => [page(["X-Request-Id: one"])], 1],
    ["an origin of strange letters", () => [page(["Origin: h\u00e9"])], 1],
  ])("%s", async (_what, chunks, expected) => {
    await warmUp();
    const before = connection.statuses().length;
    for (const chunk of chunks()) {
      connection.socket.write(chunk, "latin1");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => connection.statuses().length >= before + expected || !connection.isOpen());
    // Whatever Node made of it, it was asked.
    expect(
      read.length + connection.statuses().filter((status) => status === 400).length,
    ).toBeGreaterThan(0);
  });
});

test("a node that stops leaves every page to Node, which ends its connection", async () => {
  await warmUp();
  load.close();
  await send(page());
  expect(read).toEqual(["POST /v1/ads"]);
});

describe("a whole page", () => {
  test("is one that fills its chunk, however its fields are spelt otherwise", () => {
    const told = (text: string) => wholePageOf(Buffer.from(text, "latin1"));
    expect(told(page())).toMatchObject({ origin: null });
    expect(
      told(page(["ORIGIN: https://a.example", "Cookie: x=y", "Connection: keep-alive"])),
    ).toMatchObject({ origin: "https://a.example" });
    for (const text of [
      `${page()} `,
      page().slice(0, -1),
      page().replace("HTTP/1.1", "HTTP/1.0"),
      page().replace("POST", "post"),
      page(["Origin: a", "Origin: b"]),
      page(["origin:b"]),
      "POST /v1/ads HTTP/1.1\r\n\r\n",
      "POST /v1/ads HTTP/1.1\r\nHost: a\r\nContent-Length: 0",
      "",
    ])
      expect([text, told(text)]).toEqual([text, null]);
  });
});
