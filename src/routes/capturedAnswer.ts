import type { NextFunction, Response } from "express";
import type { KeptAnswer } from "../campaigns/idempotency.ts";

/** Of the headers of an answer, those that belong to what was written. */
const keptHeaders = ["content-type", "location", "etag", "cache-control"] as const;

export interface CapturedAnswer extends KeptAnswer {
  /** Sends it as it is. */
  readonly send: () => void;
}

/** The connection was cut in the middle of an answer: nothing of it can be kept. */
export class AnswerCutError extends Error {}

/**
 * Lets the other handlers answer, and holds the answer back: `send` sends it. For answers in one piece. Rejects where a
 * handler breaks off an answer that it has begun; a caller who hangs up is answered all the same.
 */
export function captureAnswer(response: Response, next: NextFunction): Promise<CapturedAnswer> {
  return new Promise((resolve, reject) => {
    const { end } = response;
    response.once("close", () => {
      if (response.headersSent) reject(new AnswerCutError("the answer was cut"));
    });
    const captured = (chunk?: unknown): Response => {
      response.end = end;
      const body = typeof chunk === "string" || Buffer.isBuffer(chunk) ? chunk : "";
      resolve({
        status: response.statusCode,
        headers: headersOf(response),
        body: body.toString(),
        send: () => void response.end(body),
      });
      return response;
    };
    response.end = captured as Response["end"];
    next();
  });
}

function headersOf(response: Response): Readonly<Record<string, string>> {
  const named = keptHeaders.map((name) => [name, response.getHeader(name)] as const);
  return Object.fromEntries(
    named.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** Sends a kept answer in place of whatever was prepared. */
export function sendKept(response: Response, { status, headers, body }: KeptAnswer): void {
  for (const name of keptHeaders) response.removeHeader(name);
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status !== 204) response.setHeader("content-length", Buffer.byteLength(body));
  response.end(status === 204 ? "" : body);
}
