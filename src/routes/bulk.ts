import { once } from "node:events";
import { type Request, type RequestHandler, type Response, Router } from "express";
import {
  type BulkResult,
  type BulkWriter,
  bulkLimits,
  bulkQuerySchema,
  type OpenBulkWriter,
  refusedResult,
  undoneResult,
} from "../campaigns/bulkLines.ts";
import type { IdempotencyStore, KeptAnswer } from "../campaigns/idempotency.ts";
import { parseParameters } from "../campaigns/listQuery.ts";
import { PublicError } from "../errors.ts";
import { apiKeyOf } from "./authenticate.ts";
import {
  applyBatch,
  batchesOf,
  countLines,
  createPause,
  isAllDone,
  type PreparedLine,
  prepareBatch,
  toNdjson,
} from "./bulkCall.ts";
import { type KeptCall, keepingOf, keepOnce } from "./bulkKeeping.ts";
import { readTextBody } from "./readBody.ts";

export interface BulkRouterDeps<Prepared> {
  /** Lets requests with a valid key pass, and leaves the body alone. */
  readonly authenticateStream: RequestHandler;
  /** The same once the body is there. */
  readonly authenticateAgain: RequestHandler;
  readonly collection: "campaigns" | "creatives";
  readonly openWriter: OpenBulkWriter<Prepared>;
  readonly answers: IdempotencyStore;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly monotonicMs: () => number;
}

/** Calls that are worked on at once: more are asked to come back. */
const mostCalls = 2;
/** Bodies are held in memory while they come, which is as slow as their senders are: nobody may take all the places. */
const mostBodies = 8;
const mostBodiesOfOne = 2;

/**
 * `POST /v1/{collection}/bulk`: lines that create and change, a result for each in their order. Batches of lines are
 * written in transactions of their own, which a dry run undoes; with `?atomic=1` all lines in one, or none. To be mounted
 * before what reads the bodies of the collection.
 */
export function bulkRouter<Prepared>(deps: BulkRouterDeps<Prepared>): Router {
  const router = Router();
  const bodies = createRoom(mostBodies, mostBodiesOfOne, "bodies of bulk calls are read");
  const calls = createRoom(mostCalls, mostCalls, "bulk calls are answered");
  router.post(`/v1/${deps.collection}/bulk`, deps.authenticateStream, async (request, response) => {
    const query = readQuery(request);
    requireNdjson(request);
    const text = await bodies(request, response, () => readTextBody(request, bulkLimits.bytes));
    await deps.authenticateAgain(request, response, () => undefined);
    await calls(request, response, () => answerBulk(deps, request, response, { ...query, text }));
  });
  return router;
}

type Room = <Result>(
  request: Request,
  response: Response,
  work: () => Promise<Result>,
) => Promise<Result>;

/** Lets so many work at once, and so many of one organisation; others are told to come back. */
function createRoom(most: number, mostOfOne: number, what: string): Room {
  const working: number[] = [];
  return async (request, response, work) => {
    const { organizationId } = apiKeyOf(request);
    const own = working.filter((one) => one === organizationId);
    if (working.length >= most || own.length >= mostOfOne) {
      response.setHeader("retry-after", "5");
      const allowed = working.length >= most ? `${most} ${what}` : `${mostOfOne} of your ${what}`;
      throw new PublicError("too_many_requests", `At most ${allowed} at once.`);
    }
    working.push(organizationId);
    try {
      return await work();
    } finally {
      working.splice(working.indexOf(organizationId), 1);
    }
  };
}

interface BulkCall<Prepared> extends KeptCall {
  readonly writer: BulkWriter<Prepared>;
  readonly text: string;
  readonly pause: () => Promise<void>;
  readonly isDry: boolean;
}

async function answerBulk<Prepared>(
  deps: BulkRouterDeps<Prepared>,
  request: Request,
  response: Response,
  { atomic, dryRun, text }: BulkQuery & { readonly text: string },
): Promise<void> {
  const writer = await deps.openWriter(apiKeyOf(request));
  requireLines(text, atomic === "1");
  const isDry = dryRun === "1";
  const keeping = isDry ? null : await keepingOf(request, text);
  const pause = createPause(deps.monotonicMs);
  const call: BulkCall<Prepared> = { deps, writer, text, pause, isDry, keeping };
  if (isDry) await answerDry(call, response, atomic === "1");
  else if (atomic === "1") await answerWhole(call, response);
  else await answerInBatches(call, response);
}

type BulkQuery = ReturnType<typeof readQuery>;

function readQuery(request: Request) {
  const parsed = parseParameters(bulkQuerySchema, request.query);
  if (parsed.ok) return parsed.value;
  throw new PublicError("invalid_parameter", "A parameter is not valid.", parsed.problems);
}

function requireNdjson({ headers }: Request): void {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-ndjson" || type === "application/jsonl") return;
  throw new PublicError("unsupported_media_type", "The content-type header is not supported.", [
    { pointer: "content-type", rule: "must be application/x-ndjson" },
  ]);
}

function requireLines(text: string, isAtomic: boolean): void {
  const lines = countLines(text);
  const most = isAtomic ? bulkLimits.atomicLines : bulkLimits.lines;
  if (lines >= 1 && lines <= most) return;
  const rule = isAtomic
    ? `must have 1 to ${most} lines with atomic=1; for more, leave it out and send an Idempotency-Key`
    : `must have 1 to ${most} lines`;
  const code = lines === 0 ? "invalid_body" : "body_too_large";
  throw new PublicError(code, `The body ${rule}.`, [{ pointer: "", rule }]);
}

/** All lines in one transaction, which is undone when one of them is refused. */
async function answerWhole<Prepared>(call: BulkCall<Prepared>, response: Response): Promise<void> {
  const { writer, text, pause } = call;
  const prepared: (readonly PreparedLine<Prepared>[])[] = [];
  for (const batch of batchesOf(text)) prepared.push(await prepareBatch(writer, batch, pause));
  const answer = await keepOnce(call, response, 0, async () => {
    const results: BulkResult[] = [];
    for (const lines of prepared) {
      results.push(...(await applyBatch(writer, lines, true)));
      await pause();
    }
    const isUndone = !isAllDone(results);
    return { results: isUndone ? results.map(blamed) : results, isUndone };
  });
  sendHead(response, answer.status);
  response.end(answer.body);
}

/**
 * Each batch in a transaction of its own that is undone: one of all lines would, for as long as it lasts, keep serving nodes
 * from hearing of anybody's changes. Lines of different batches do not see each other.
 */
async function answerDry<Prepared>(
  call: BulkCall<Prepared>,
  response: Response,
  isAtomic: boolean,
): Promise<void> {
  const { writer, text, pause } = call;
  const results: BulkResult[] = [];
  for (const batch of batchesOf(text)) {
    if (response.destroyed) return;
    const lines = await prepareBatch(writer, batch, pause);
    await keepOnce(call, response, 0, async () => {
      const told = await applyBatch(writer, lines, false);
      results.push(...told);
      return { results: told, isUndone: true };
    });
    await pause();
  }
  const isDone = isAllDone(results);
  sendHead(response, isDone ? 200 : 422);
  response.end(toNdjson(isAtomic && !isDone ? results.map(blamed) : results));
}

/** Of lines that are undone together, those that were well say so. */
const blamed = (result: BulkResult): BulkResult =>
  result.status < 300 ? undoneResult(result.line) : result;

/** Each batch in a transaction of its own, and sent once it has been written. A caller who hangs up ends the call. */
async function answerInBatches<Prepared>(
  call: BulkCall<Prepared>,
  response: Response,
): Promise<void> {
  const { writer, text, pause } = call;
  let part = 0;
  let failure: PublicError | null = null;
  for (const batch of batchesOf(text)) {
    if (response.destroyed) return;
    const write = async () => ({
      results: await applyBatch(writer, await prepareBatch(writer, batch, pause), true),
      isUndone: false,
    });
    const answer: KeptAnswer | PublicError =
      failure ?? (await keepOnce(call, response, part, write).catch(laterFailure(part)));
    if (answer instanceof PublicError) failure = answer;
    const body =
      answer instanceof PublicError
        ? toNdjson(batch.map(([line]) => refusedResult(line, answer)))
        : answer.body;
    if (part === 0) sendHead(response, 200);
    if (!response.write(body))
      await Promise.race([once(response, "drain"), once(response, "close")]);
    part += 1;
  }
  response.end();
}

/** Where the first batch fails, the call does; later, the lines that are left are told that they were not written. */
function laterFailure(part: number): (error: unknown) => PublicError {
  return (error) => {
    if (part > 0 && error instanceof PublicError) return error;
    throw error;
  };
}

function sendHead(response: Response, status: number): void {
  response.status(status).setHeader("content-type", "application/x-ndjson; charset=utf-8");
  response.setHeader("cache-control", "no-store");
}
