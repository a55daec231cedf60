import { setTimeout as sleep } from "node:timers/promises";
import { isRefusal } from "../campaigns/applyWrites.ts";
import type { BulkLine } from "../campaigns/bulkLines.ts";
import {
  type BulkResult,
  type BulkWriter,
  bulkLimits,
  doneResult,
  parseBulkLine,
  refusedResult,
  undoneResult,
  withinLine,
} from "../campaigns/bulkLines.ts";
import { invalidBody, valueOrThrow } from "../campaigns/problems.ts";
import { PublicError } from "../errors.ts";
import { findJsonFault } from "./jsonFaults.ts";

/** A line that was read: what it asks for, or why not. */
export type PreparedLine<Prepared> =
  | {
      readonly ok: true;
      readonly line: number;
      readonly op: BulkLine["op"];
      readonly prepared: Prepared;
    }
  | { readonly ok: false; readonly line: number; readonly error: PublicError };

/** Longer than this nothing is computed without letting others have their turn. */
const longestTurnMs = 4;
/** A computation that ran long is not rested from for longer. */
const longestRestMs = 50;

/**
 * Lets other requests have their turn once this one has computed for long enough, and rests for as long: a request for ads
 * needs several turns of the loop, and would wait through one of ours before each.
 */
export function createPause(monotonicMs: () => number): () => Promise<void> {
  let beganMs = monotonicMs();
  return async () => {
    const workedMs = monotonicMs() - beganMs;
    if (workedMs < longestTurnMs) return;
    await sleep(Math.min(longestRestMs, Math.ceil(workedMs)));
    beganMs = monotonicMs();
  };
}

/** The lines of a body with their numbers, in batches; empty lines are passed over. Throws PublicError `body_too_large`. */
export function* batchesOf(text: string): Generator<readonly (readonly [number, string])[]> {
  let batch: (readonly [number, string])[] = [];
  let count = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end === -1 ? text.length : end).trim();
    start = end === -1 ? text.length : end + 1;
    if (line === "") continue;
    count += 1;
    batch.push([count, line]);
    if (batch.length === bulkLimits.batchLines) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Empty lines are passed over, but not millions of them. */
const mostEnds = 2 * bulkLimits.lines;

/** How many lines a body has; more than `bulkLimits.lines` where it has too many, empty ones among them. */
export function countLines(text: string): number {
  let count = 0;
  let ends = 0;
  for (let start = 0; start < text.length; ends += 1) {
    if (ends > mostEnds) return bulkLimits.lines + 1;
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    if (text.slice(start, stop).trim() !== "") count += 1;
    start = stop + 1;
  }
  return count;
}

/** Reads and checks the lines of a batch, in turns. */
export async function prepareBatch<Prepared>(
  writer: BulkWriter<Prepared>,
  batch: readonly (readonly [number, string])[],
  pause: () => Promise<void>,
): Promise<readonly PreparedLine<Prepared>[]> {
  const lines: PreparedLine<Prepared>[] = [];
  for (const [line, text] of batch) {
    await pause();
    lines.push(prepareLine(writer, line, text));
  }
  return lines;
}

function prepareLine<Prepared>(
  writer: BulkWriter<Prepared>,
  line: number,
  text: string,
): PreparedLine<Prepared> {
  try {
    const read = readLine(text);
    return { ok: true, line, op: read.op, prepared: prepareBody(writer, read) };
  } catch (error) {
    if (isRefusal(error)) return { ok: false, line, error };
    throw error;
  }
}

function prepareBody<Prepared>(writer: BulkWriter<Prepared>, read: BulkLine): Prepared {
  try {
    return writer.prepare(read);
  } catch (error) {
    throw isRefusal(error) ? withinLine(error) : error;
  }
}

function readLine(text: string): BulkLine {
  if (text.length > bulkLimits.lineCharacters) {
    throw invalidBody([
      { pointer: "", rule: `must have at most ${bulkLimits.lineCharacters} characters` },
    ]);
  }
  const value = parseJson(text);
  const fault = findJsonFault(value);
  if (fault !== null) throw invalidBody([fault]);
  return valueOrThrow(parseBulkLine(value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PublicError("invalid_json", "The line is not valid JSON.", [
      { pointer: "", rule: "must be JSON" },
    ]);
  }
}

/** Writes what was prepared, in a transaction of the caller; the results are in the order of the lines. */
export async function applyBatch<Prepared>(
  writer: BulkWriter<Prepared>,
  lines: readonly PreparedLine<Prepared>[],
  isKept: boolean,
): Promise<readonly BulkResult[]> {
  const good = lines.flatMap((line) => (line.ok ? [line] : []));
  const outcomes = good.length === 0 ? [] : await writer.apply(good.map((line) => line.prepared));
  const results = new Map<number, BulkResult>();
  for (const [index, { line, op }] of good.entries()) {
    const outcome = outcomes[index];
    if (outcome?.ok === true) results.set(line, doneResult(line, op, outcome.kept, isKept));
    else results.set(line, refusedResult(line, withinLine(refusalOf(outcome?.error))));
  }
  return lines.map((one) =>
    one.ok ? (results.get(one.line) ?? undoneResult(one.line)) : refusedResult(one.line, one.error),
  );
}

function refusalOf(error: unknown): PublicError {
  if (error instanceof PublicError) return error;
  throw error;
}

/** Whether every line was written. */
export const isAllDone = (results: readonly BulkResult[]): boolean =>
  results.every(({ status }) => status < 300);

/** Results as they are sent. */
export const toNdjson = (results: readonly BulkResult[]): string =>
  results.map((result) => `${JSON.stringify(result)}\n`).join("");
