import { connect } from "node:net";
import { expect } from "vitest";
import { type BadRequest, bodyOf } from "./badRequests.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends over a bare socket, so that no client tidies the path, the headers or the body. */
export function sendBadRequest(port: number, bad: BadRequest): Promise<RawAnswer> {
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

function parseAnswer(text: string): RawAnswer {
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

/** Checks that a case was refused with its own status, field and rule, as problem+json. */
export function expectRefusal(bad: BadRequest, answer: RawAnswer): void {
  expect(String(bad.expect.status).split("|"), answer.body).toContain(String(answer.status));
  if (bad.method === "HEAD") return;
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const problem = JSON.parse(answer.body);
  expect(problem).toMatchObject({ status: answer.status, title: expect.any(String) });
  const { pointer, rule } = bad.expect;
  if (rule === undefined && pointer === undefined) return;
  const expected = {
    ...(rule === undefined ? {} : { rule: expect.stringContaining(rule) }),
    ...(pointer === undefined ? {} : { pointer }),
  };
  expect(problem.errors).toContainEqual(expect.objectContaining(expected));
}
