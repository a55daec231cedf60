import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  request as requestOf,
  type Server,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { createPassOn, onlyPassedOn } from "../../../src/routes/passOn.ts";
import { createNotFound, createProblemHandler } from "../../../src/routes/problem.ts";
import { createReadBody } from "../../../src/routes/readBody.ts";
import { until } from "../../support/until.ts";

const secret = "s".repeat(43);
const opened: Server[] = [];
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Connections, by the port that they came to. */
const connections = new Map<number, Socket[]>();
const bytesReadBy = (port: number): number =>
  (connections.get(port) ?? []).reduce((sum, { bytesRead }) => sum + bytesRead, 0);

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  opened.push(server);
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  connections.set(port, sockets);
  return port;
}

/** A front whose unknown paths go to `behind`; null = it is away. */
async function front(behind: RequestListener | null, trustedProxies = 0): Promise<number> {
  const port = behind === null ? null : await listen(onlyPassedOn(behind, secret));
  const passOn = createPassOn({
    target: () => (port === null ? null : { port, secret }),
    trustedProxies,
  });
  closers.push(passOn.close);
  const app = express();
  app.use((_request, response, next) => {
    response.setHeader("content-security-policy", "default-src 'none'");
    next();
  });
  app.use(createNotFound([], passOn.handler));
  app.use(createProblemHandler(() => undefined));
  return listen(app);
}

interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
}

const open = (port: number, path: string, { method = "GET", headers = {} }: Asked = {}) =>
  requestOf({ host: "127.0.0.1", port, path, method, headers });

async function answerTo(asked: ReturnType<typeof open>): Promise<IncomingMessage> {
  const [answer] = await once(asked, "response");
  return answer as IncomingMessage;
}

describe("a request that is passed on", () => {
  it("arrives and is answered as it is, with its body, its query and every header of the answer", async () => {
    const port = await front(async (request, response) => {
      const body = await text(request);
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.setHeader("etag", '"7"');
      response.writeHead(207);
      response.end(JSON.stringify([request.method, request.url, request.headers.cookie, body]));
    });
    for (const headers of [{ "content-length": "5" }, { "transfer-encoding": "chunked" }]) {
      const asked = open(port, "/x%20y?a=1&a=2", {
        method: "PATCH",
        headers: { ...headers, cookie: ["c=3", "d=4"] },
      });
      asked.end("hello");
      const answer = await answerTo(asked);
      expect(answer.statusCode).toBe(207);
      expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
      expect(answer.headers.etag).toBe('"7"');
      // What the front says of its own answers is not said of others'.
      expect(answer.headers["content-security-policy"]).toBeUndefined();
      const expected = ["PATCH", "/x%20y?a=1&a=2", "c=3; d=4", "hello"];
      expect(JSON.parse(await text(answer))).toEqual(expected);
    }
  });

  it.each([
    [0, "198.51.100.7", "127.0.0.1"],
    [1, "198.51.100.7", "198.51.100.7"],
    [1, "203.0.113.9, 198.51.100.7", "198.51.100.7"],
  ])(
    "comes from whom %i trusted proxies say it does (%s)",
    async (trusted, forwarded, expected) => {
      const port = await front((request, response) => {
        response.end(JSON.stringify(request.headers));
      }, trusted);
      const headers = {
        "x-forwarded-for": forwarded,
        "x-forwarded-host": "elsewhere.example",
        forwarded: "for=192.0.2.1",
        connection: "keep-alive, x-hop",
        "x-hop": "1",
      };
      const asked = open(port, "/", { headers });
      asked.end();
      const passed = JSON.parse(await text(await answerTo(asked)));
      expect(passed["x-forwarded-for"]).toMatch(new RegExp(`^(::ffff:)?${expected}$`));
      expect(passed).not.toHaveProperty("x-forwarded-host");
      expect(passed).not.toHaveProperty("forwarded");
      expect(passed).not.toHaveProperty("x-hop");
    },
  );

  it.each([
    "content-length: 33\r\nconnection: content-length",
    "transfer-encoding: chunked\r\nconnection: transfer-encoding",
  ])("hides no other one in its body (%j)", async (framing) => {
    const seen: string[] = [];
    const port = await front(async (request, response) => {
      seen.push(`${request.method} ${request.url} ${await text(request)}`);
      response.end("done");
    });
    const hidden = "DELETE /v1x/ HTTP/1.1\r\nhost: a\r\nx";
    const body = framing.startsWith("content") ? hidden : `21\r\n${hidden}\r\n0\r\n\r\n`;
    const socket = connect(port, "127.0.0.1");
    let answered = "";
    socket.on("data", (part) => {
      answered += part;
    });
    socket.write(`GET /y HTTP/1.1\r\nhost: a\r\n${framing}\r\n\r\n${body}`);
    await until(() => answered.includes("done"));
    socket.destroy();
    const next = open(port, "/z");
    next.end();
    await answerTo(next);
    expect(seen).toEqual([`GET /y ${hidden}`, "GET /z "]);
  });

  it("with a path that cannot be sent is answered, and takes nobody's place", async () => {
    const port = await front((_request, response) => response.end("done"));
    for (let time = 0; time < 1_001; time++) {
      const socket = connect(port, "127.0.0.1");
      socket.end("GET /x\ty HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      expect(await text(socket)).toMatch(/^HTTP\/1.1 40[04]/);
    }
    const asked = open(port, "/z");
    asked.end();
    expect((await answerTo(asked)).statusCode).toBe(200);
  });

  it("is given up behind when its caller hangs up", async () => {
    let isClosed = false;
    let hasBegun = false;
    const port = await front((_request, response) => {
      hasBegun = true;
      response.on("close", () => {
        isClosed = true;
      });
    });
    const asked = open(port, "/");
    asked.on("error", () => undefined);
    asked.end();
    await until(() => hasBegun);
    asked.destroy();
    await until(() => isClosed);
  });

  it("is slowed down by who does not read it, and nobody holds it meanwhile", async () => {
    const state: { resume: (() => void) | null } = { resume: null };
    const port = await front((request, response) => {
      request.pause();
      state.resume = () => {
        let bytes = 0;
        request.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        request.on("end", () => response.end(String(bytes)));
        request.resume();
      };
    });
    const allBytes = 64 * 1_048_576;
    const asked = open(port, "/", { method: "POST" });
    asked.end(Buffer.alloc(allBytes));
    await until(() => state.resume !== null);
    let before = -1;
    const hasStalled = (): boolean => {
      const now = bytesReadBy(port);
      const isSame = now > 0 && now === before;
      before = now;
      return isSame;
    };
    await until(hasStalled);
    // The connections between hold a few megabytes.
    expect(bytesReadBy(port)).toBeLessThan(allBytes / 2);
    state.resume?.();
    expect(await text(await answerTo(asked))).toBe(String(allBytes));
  });
});

describe("the answer", () => {
  it("to a body that is refused before it has come is told", async () => {
    const port = await front((request, response) => {
      response.writeHead(413, { "content-type": "text/plain" });
      response.end("too much");
      request.on("data", () => undefined);
      setImmediate(() => request.destroy());
    });
    const asked = open(port, "/", { method: "POST", headers: { "content-length": "9000000" } });
    asked.on("error", () => undefined);
    asked.write(Buffer.alloc(65_536));
    const answer = await answerTo(asked);
    expect([answer.statusCode, await text(answer)]).toEqual([413, "too much"]);
    asked.destroy();
  });

  it("of a process that dies in the middle of it does not look whole", async () => {
    const port = await front((_request, response) => {
      response.write("half");
      setImmediate(() => response.destroy());
    });
    const asked = open(port, "/");
    asked.end();
    const answer = await answerTo(asked);
    await expect(text(answer)).rejects.toThrow(/aborted/);
  });

  it("begins before anything is said, for streams of events", async () => {
    const port = await front((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
    });
    const asked = open(port, "/");
    asked.end();
    const answer = await answerTo(asked);
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    asked.destroy();
  });

  it.each(["away", "dying"])(
    "of a process that is %s is a 503 that says when to come back",
    async (how) => {
      const dying: RequestListener = (request) => request.socket.destroy();
      const port = await front(how === "away" ? null : dying);
      const asked = open(port, "/campaigns", { method: "POST" });
      asked.end("{}");
      const answer = await answerTo(asked);
      expect(answer.statusCode).toBe(503);
      expect(answer.headers["retry-after"]).toBe("1");
      expect(JSON.parse(await text(answer)).type).toBe("urn:atelier:problem:unavailable");
    },
  );
});

it("a stranger on this machine is not let in behind", async () => {
  const port = await listen(onlyPassedOn((_request, response) => response.end("in"), secret));
  for (const given of [undefined, "", "x".repeat(43)]) {
    const asked = open(
      port,
      "/",
      given === undefined ? {} : { headers: { "x-atelier-passed": given } },
    );
    asked.end();
    await expect(answerTo(asked)).rejects.toThrow(/hang up/);
  }
});

describe("a body that is too large for the other process", () => {
  const limited = () => {
    const app = express();
    app.post("/files", createReadBody(1_000));
    app.use(createProblemHandler(() => undefined));
    return app;
  };
  const megabytes = Buffer.alloc(20_000_000, " ");

  it.each([
    ["with its length", `Content-Length: ${megabytes.length}\r\n\r\n`],
    ["in chunks", `Transfer-Encoding: chunked\r\n\r\n${megabytes.length.toString(16)}\r\n`],
  ])("is a 413 also for who reads late, while it still sends: %s", async (_how, framing) => {
    const port = await listen(limited());
    const socket = connect(port, "127.0.0.1");
    const state = { ended: false, told: "" };
    socket.on("error", () => undefined).on("close", () => Object.assign(state, { ended: true }));
    socket.write(`POST /files HTTP/1.1\r\nHost: here\r\n${framing}`);
    socket.write(megabytes);
    let before = -1;
    // Nothing is read here until the other side takes no more.
    await until(() => {
      const now = bytesReadBy(port);
      const isSame = now > 1_000_000 && now === before;
      before = now;
      return isSame || state.ended;
    });
    socket.on("data", (chunk) => Object.assign(state, { told: state.told + String(chunk) }));
    await until(() => state.told.includes("body_too_large") || state.ended);
    expect(state.told).toContain("HTTP/1.1 413 ");
    expect(bytesReadBy(port)).toBeLessThan(megabytes.length / 2);
    socket.destroy();
  });
});
