import { connect } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import express from "express";
import fc from "fast-check";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { createHttpServer } from "../../../src/app.ts";
import { findJsonFault } from "../../../src/routes/jsonFaults.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";
import { createReadBody } from "../../../src/routes/readBody.ts";

const maxBytes = 1024;
const faults: string[] = [];

function createEcho() {
  const app = express();
  app.post("/echo", createReadBody(maxBytes), (incoming, response) => {
    response.json({ body: incoming.body });
  });
  app.use(createProblemHandler((report) => faults.push(report.message)));
  return app;
}

const echo = createEcho();
const post = () => request(echo).post("/echo");

describe("a body", () => {
  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("may come compressed with %s", async (encoding, compress) => {
    const sent = post().set("content-encoding", encoding).type("json");
    sent.write(compress('{"ville":"Angoulême"}'));
    expect((await sent).body).toEqual({ body: { ville: "Angoulême" } });
  });

  it("may be text/plain or a +json type, and may begin with a byte order mark", async () => {
    for (const type of ["text/plain;charset=UTF-8", "application/merge-patch+json"]) {
      const answer = await post().set("content-type", type).send("\ufeff[1]");
      expect(answer.body).toEqual({ body: [1] });
    }
  });

  it("that inflates beyond the limit is refused without inflating it all", async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, 0x20));
    const stacked = gzipSync(bomb);
    expect(stacked.length).toBeLessThan(maxBytes);
    const before = process.memoryUsage().rss;
    const sent = post().set("content-encoding", "gzip").type("json");
    sent.write(stacked);
    const answer = await sent;
    expect(answer.status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });

  it("that declares too much is refused before it is sent", async () => {
    const answer = await rawExchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("that grows too long in chunks is refused while it still comes", async () => {
    const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
    const answer = await rawExchange(
      `POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("has its first fault named by a JSON pointer", () => {
    const nested = JSON.parse(`${"[".repeat(33)}${"]".repeat(33)}`);
    expect(findJsonFault(nested)?.rule).toBe("must not nest deeper than 32 levels");
    expect(findJsonFault(JSON.parse('{"a":[{"b/c~":1e999}]}'))).toEqual({
      pointer: "/a/0/b~1c~0",
      rule: "must be a finite number",
    });
    expect(findJsonFault(JSON.parse('{"a":{"__proto__":1}}'))?.pointer).toBe("/a/__proto__");
  });

  it("with more values or keys than any of ours has is refused before a validator looks at each", () => {
    const values = (count: number) => Array.from({ length: count }, () => 0);
    const keyed = (count: number) =>
      Object.fromEntries(values(count).map((_, index) => [`k${index}`, 0]));
    expect(findJsonFault({ a: values(59_998) })).toBeNull();
    expect(findJsonFault({ a: values(59_999) })).toEqual({
      pointer: "/a/59998",
      rule: "must hold at most 60000 values in all",
    });
    expect(findJsonFault({ a: keyed(1_000) })).toBeNull();
    expect(findJsonFault({ a: keyed(1_001) })).toEqual({
      pointer: "/a",
      rule: "must have at most 1000 keys",
    });
  });

  it("of any ordinary JSON passes unharmed", () => {
    const plain = fc.jsonValue({ maxDepth: 20, noUnicodeString: true });
    fc.assert(
      fc.property(plain, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\\u0000|"(__proto__|constructor|prototype)"/.test(text));
        expect(findJsonFault(JSON.parse(text))).toBeNull();
      }),
    );
  });

  it("never makes a fault of ours, whatever the bytes", async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const encodings = fc.constantFrom("gzip", "deflate", "br", "identity", "zstd", "gzip, gzip");
    await fc.assert(
      fc.asyncProperty(bytes, encodings, async (body, encoding) => {
        const sent = post().set("content-encoding", encoding).type("json");
        sent.write(Buffer.from(body));
        expect((await sent).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
    expect(faults).toEqual([]);
  });
});

/** Sends bytes and gives the first answer that comes back, with the request left unfinished. */
function rawExchange(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createHttpServer(createEcho());
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      const socket = connect(port, "127.0.0.1", () => socket.write(head));
      socket.once("data", (data) => {
        socket.destroy();
        server.close();
        resolve(data.toString("latin1"));
      });
      socket.once("error", reject);
    });
  });
}
