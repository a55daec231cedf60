import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "../../../src/app.ts";
import { createLoadGate, mostHeaders } from "../../../src/routes/loadGate.ts";
import { mostQueued } from "../../../src/routes/queuedAnswers.ts";
import { createLoadDoor, type LoadDoor } from "../../../src/serving/loadDoor.ts";
import { takeProblems } from "../../support/openapi/checkAnswers.ts";
import { openRaw, type RawConnection } from "../../support/rawHttp.ts";
import { until } from "../../support/until.ts";

/** The real server and gate around an app that answers when the test says so. */
let server: Server;
let load: LoadDoor;
let port = 0;
let asked: string[];
let waiting: (() => void)[];
let connections: RawConnection[];
const maxConnections = 20;
/** What answers here is no route of ours: no description is held against it. */
const passOver = takeProblems;

beforeEach(async () => {
  asked = [];
  waiting = [];
  connections = [];
  load = createLoadDoor({
    monotonicMs: () => 0,
    idleMs: () => 0,
    loopWait: () => 0,
    longestWaitMs: 100,
  });
  const gate = createLoadGate(
    (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume();
      const answer = () => response.end("ok");
      if (request.url === "/slow" || request.url === "/v1/ads") waiting.push(answer);
      else answer();
    },
    { load, onShed: () => undefined, logAccess: () => undefined },
  );
  server = createHttpServer(gate, maxConnections);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  for (const { socket } of connections) socket.destroy();
  server.closeAllConnections();
  server.close();
  await passOver();
});

const send = (text = ""): RawConnection => {
  const connection = openRaw(port, text);
  connections.push(connection);
  return connection;
};
const head = (line: string, fields: readonly string[] = []) =>
  `${[line, "Host: a", ...fields].join("\r\n")}\r\n\r\n`;
const statusesOf = async (text: string): Promise<readonly number[]> => {
  const connection = send(text);
  await connection.ended;
  return connection.statuses();
};
const closing = "Connection: close";

describe("a head", () => {
  test("of as many fields as anybody sends is read, and of more is refused before anything is looked at", async () => {
    const fields = (count: number) => Array.from({ length: count }, (_, at) => `X-${at}: 1`);
    // Host and Connection are two.
    const most = [...fields(mostHeaders - 2), closing];
    expect(await statusesOf(head("GET /a HTTP/1.1", most))).toEqual([200]);
    expect(await statusesOf(head("GET /b HTTP/1.1", [...most, "One: more"]))).toEqual([431]);
    expect(asked).toEqual(["GET /a"]);
  });

  test.each([
    ["field", head("GET / HTTP/1.1", [`X: ${"x".repeat(17_000)}`])],
    ["path", head(`GET /${"x".repeat(17_000)} HTTP/1.1`)],
    ["query", head(`GET /v1/places?q=${"x".repeat(17_000)} HTTP/1.1`)],
    ["name of a field", head("GET / HTTP/1.1", [`${"x".repeat(17_000)}: 1`])],
  ])("with a giant %s is refused, and its connection ends", async (_what, text) => {
    expect(await statusesOf(text)).toEqual([431]);
    expect(asked).toEqual([]);
  });
});

/** What a proxy in front and this server could read differently, so that one request hides in another (CWE-444). */
describe("a request that could be read in two ways", () => {
  const hidden = head("GET /hidden HTTP/1.1");
  const chunk = "0\r\n\r\n";
  test.each([
    [
      "with a length and chunks",
      head("POST / HTTP/1.1", ["Content-Length: 6", "Transfer-Encoding: chunked"]) + chunk,
    ],
    [
      "with chunks and a length",
      head("POST / HTTP/1.1", ["Transfer-Encoding: chunked", "Content-Length: 6"]) + chunk,
    ],
    ["with two lengths", `${head("POST / HTTP/1.1", ["Content-Length: 1", "Content-Length: 2"])}x`],
    ["with a list of lengths", `${head("POST / HTTP/1.1", ["Content-Length: 1, 2"])}x`],
    ["with a length with a sign", `${head("POST / HTTP/1.1", ["Content-Length: +1"])}x`],
    [
      "with chunks that are not the last coding",
      head("POST / HTTP/1.1", ["Transfer-Encoding: chunked, identity"]) + chunk,
    ],
    ["with chunks after a space", head("POST / HTTP/1.1", ["Transfer-Encoding : chunked"]) + chunk],
    ["with a folded field", head("GET / HTTP/1.1", ["X: a", " Transfer-Encoding: chunked"])],
    ["with lines that end in LF alone", "GET / HTTP/1.1\nHost: a\n\n"],
    ["of two hosts", head("GET / HTTP/1.1", ["Host: b", "Content-Length: x"])],
  ])("%s is refused, and what follows on its connection is not read", async (_what, text) => {
    expect(await statusesOf(text + hidden)).toEqual([400]);
    expect(asked).not.toContain("GET /hidden");
  });

  test("ends its connection when its chunks cannot be read, whatever was answered by then", async () => {
    const chunked = head("POST / HTTP/1.1", ["Transfer-Encoding: chunked"]);
    for (const chunks of [
      "0x2\r\nab\r\n",
      "-1\r\n",
      "2\r\nabc\r\n",
      "zz\r\n",
      "fffffffffffffffff\r\n",
    ]) {
      await send(chunked + chunks + chunk + hidden).ended;
      expect(asked).not.toContain("GET /hidden");
    }
  });
});

describe("requests sent before the last one was answered", () => {
  test("are answered in their order", async () => {
    const slow = head("GET /slow HTTP/1.1");
    const quick = head("GET /quick HTTP/1.1");
    const connection = send(slow + quick.repeat(mostQueued));
    await until(() => asked.length === mostQueued + 1);
    expect(connection.statuses()).toEqual([]);
    waiting[0]?.();
    await until(() => connection.statuses().length === mostQueued + 1);
    expect(connection.isOpen()).toBe(true);
  });

  test("are no more than a few: beyond them the connection ends", async () => {
    const connection = send(head("GET /slow HTTP/1.1") + head("GET /q HTTP/1.1").repeat(1_000));
    await connection.ended;
    expect(asked).toHaveLength(mostQueued + 1);
  });

  test("leave no trace when the connection goes before their turn", async () => {
    const page = head("POST /v1/ads HTTP/1.1", ["Content-Length: 2"]);
    const connection = send(`${page}{}`.repeat(5));
    await until(() => load.state().inFlight === 5);
    connection.socket.destroy();
    await until(() => load.state().inFlight === 0);
  });
});

describe("connections", () => {
  test("beyond those that a node keeps are closed at once, and there is room again when one leaves", async () => {
    const request = head("GET /quick HTTP/1.1");
    const kept = Array.from({ length: maxConnections }, () => send(request));
    await until(() => kept.every((one) => one.statuses().length === 1));
    expect(await send(request).ended).toBe("");
    kept[0]?.socket.destroy();
    await until(async () => (await statusesOf(head("GET / HTTP/1.1", [closing]))).length === 1);
  });

  test("take a new one after a hundred thousand requests, and their patience is bounded", () => {
    expect(server).toMatchObject({
      maxRequestsPerSocket: 100_000,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      keepAliveTimeout: 65_000,
      maxConnections,
    });
  });
});
