import type { Express } from "express";
import request from "supertest";

export interface BulkAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One for each line of the answer; a problem is the only one. */
  readonly results: readonly BulkTold[];
}

export interface BulkTold {
  readonly line?: number;
  readonly status: number;
  readonly id?: number;
  readonly version?: number;
  readonly type?: string;
  readonly problem?: {
    readonly type: string;
    readonly errors: readonly { readonly pointer: string; readonly rule: string }[];
  };
}

/** Sends lines to a bulk route; strings go as they are. */
export async function sendBulk(
  app: Express,
  key: string,
  path: string,
  lines: readonly (object | string)[],
  headers: Readonly<Record<string, string>> = {},
): Promise<BulkAnswer> {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  const answer = await request(app)
    .post(path)
    .set("authorization", `Bearer ${key}`)
    .set("content-type", "application/x-ndjson")
    .set(headers)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => done(null, Buffer.concat(chunks).toString("utf8")));
    })
    .send(text.join("\n"));
  const body = String(answer.body).trim();
  return {
    status: answer.status,
    headers: answer.headers,
    results: body.split("\n").map((line) => JSON.parse(line)),
  };
}
