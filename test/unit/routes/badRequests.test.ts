import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp } from "../../support/adsApp.ts";
import { type BadRequest, bodyOf, readBadRequests, validBody } from "../../support/badRequests.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const { app, faults } = createTestApp([buildCampaign({ campaignId: 1 })]);
const server: Server = createServer(app);
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = address !== null && typeof address === "object" ? address.port : 0;
});
afterAll(() => {
  server.close();
});

const files = readBadRequests();

describe.each(files)("bad requests of $file", ({ cases }) => {
  it.each(cases)("$name", async (bad) => {
    const answer = await send(bad);
    expect(String(bad.expect.status).split("|")).toContain(String(answer.status));
    if (bad.method === "HEAD") return;
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    const problem = JSON.parse(answer.body);
    expect(problem).toMatchObject({ status: answer.status, title: expect.any(String) });
    if (bad.expect.rule !== undefined) {
      const expected = { rule: expect.stringContaining(bad.expect.rule) };
      const pointer = bad.expect.pointer === undefined ? {} : { pointer: bad.expect.pointer };
      expect(problem.errors).toContainEqual(expect.objectContaining({ ...expected, ...pointer }));
    }
  });
});

describe("after all bad requests", () => {
  it("there were at least 200 of them, with names of their own in their file", () => {
    expect(files.reduce((sum, { cases }) => sum + cases.length, 0)).toBeGreaterThan(200);
    for (const { cases } of files) {
      expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    }
  });

  it("the same process still answers the request that all of them spoil", async () => {
    const answer = await send({ name: "", body: validBody, expect: { status: 200 } });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body).placements[0].ads).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends over a bare socket, so that no client tidies the path, the headers or the body. */
function send(bad: BadRequest): Promise<Answer> {
  const { bytes, headers } = bodyOf(bad);
  const all: Record<string, string> = {
    host: "127.0.0.1",
    connection: "close",
    "content-type": "application/json",
    ...headers,
    ...bad.headers,
    ...(bytes === null ? {} : { "content-length": String(bytes.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${bad.method ?? "POST"} ${bad.path ?? "/v1/ads"} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(head);
      if (bytes !== null) socket.write(bytes);
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("end", () => resolve(parseAnswer(Buffer.concat(chunks).toString("utf8"))));
    socket.once("error", reject);
  });
}

function parseAnswer(text: string): Answer {
  const [head = "", ...body] = text.split("\r\n\r\n");
  const [status = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(status.split(" ")[1]),
    headers: Object.fromEntries(headers),
    body: body.join("\r\n\r\n"),
  };
}
