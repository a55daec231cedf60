import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach } from "vitest";

/**
 * Holds every answer of every HTTP server of a test's process against the operation that describes it: status, content type
 * and body. What does not fit fails the test that it happened in. Costs nothing where nobody answers.
 */

interface Watch {
  /** Answers that are being looked at: each gives what is wrong with it, or null. */
  readonly looks: Promise<string | null>[];
}

declare global {
  var atelierAnswers: Watch | undefined;
}

// Pure tests share a process, and this file is read for each of them.
if (globalThis.atelierAnswers === undefined) {
  globalThis.atelierAnswers = { looks: [] };
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as {
      readonly request: IncomingMessage;
      readonly response: ServerResponse;
    };
    watch(request, response);
  });
}

/** What is wrong with the answers since it was last asked, each once. */
export async function takeProblems(): Promise<readonly string[]> {
  const looks = globalThis.atelierAnswers?.looks.splice(0) ?? [];
  const problems = (await Promise.all(looks)).filter((problem) => problem !== null);
  return [...new Set(problems)];
}

const failOnProblems = async (): Promise<void> => {
  const problems = await takeProblems();
  if (problems.length > 0) throw new Error(problems.join("\n"));
};
afterEach(failOnProblems);
afterAll(failOnProblems);

function watch(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  const told: { headers: OutgoingHttpHeaders } = { headers: {} };
  const keep = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === "string")
      chunks.push(
        Buffer.from(chunk, Buffer.isEncoding(String(encoding)) ? (encoding as "utf8") : "utf8"),
      );
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const { write, end, writeHead } = response;
  const writing = {
    writeHead(...args: readonly unknown[]): unknown {
      const headers = args.find((arg) => typeof arg === "object" && arg !== null);
      // What was set before stands beside it only where something was set.
      if (!Array.isArray(headers)) told.headers = (headers ?? {}) as OutgoingHttpHeaders;
      return Reflect.apply(writeHead, response, args);
    },
    write(...args: readonly unknown[]): unknown {
      keep(args[0], args[1]);
      return Reflect.apply(write, response, args);
    },
    end(...args: readonly unknown[]): unknown {
      keep(args[0], args[1]);
      look(request, response, Buffer.concat(chunks), told.headers);
      return Reflect.apply(end, response, args);
    },
  };
  Object.assign(response, writing);
}

function look(
  { method = "", url = "" }: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  written: OutgoingHttpHeaders,
): void {
  const header = (name: string): string | null => {
    const value = response.getHeader(name) ?? written[name];
    return value === undefined ? null : String(value);
  };
  const isPacked = header("content-encoding") === "gzip";
  const contentType = header("content-type");
  const status = response.statusCode;
  const sent = { method, url, status, contentType };
  const looking = import("./answerProblem.ts").then(({ answerProblem }) =>
    answerProblem({ ...sent, body: (isPacked ? gunzipSync(bytes) : bytes).toString() }),
  );
  globalThis.atelierAnswers?.looks.push(looking);
}
