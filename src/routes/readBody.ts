import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { RequestHandler } from "express";
import { PublicError } from "../errors.ts";
import { findJsonFault } from "./jsonFaults.ts";

/** Bytes of a body, as sent and after decompression. */
export const adsBodyLimitBytes = 64 * 1024;
export const managementBodyLimitBytes = 1024 * 1024;

/** What is still taken off the wire of a body that is too large, so that the caller can read the answer. */
const drainLimitBytes = 1024 * 1024;

type Decompress = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const decompressors: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
]);

/**
 * Reads and parses a JSON body of at most `maxBytes` (before and after decompression).
 * Takes application/json, application/*+json, text/plain (a page's beacon) or no type at all; UTF-8 only;
 * gzip, deflate, br or no encoding. Keys given twice: the last one counts.
 * Throws PublicError: unsupported_media_type, body_too_large, invalid_encoding, invalid_json, or invalid_body
 * for what `findJsonFault` finds.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  checkContentType(request.headers["content-type"]);
  return parseJson(await readBytes(request, maxBytes));
}

/** Reads a body that is text of any content type, with the same limits and encodings. */
export async function readTextBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const body = await readBytes(request, maxBytes);
  if (isUtf8(body)) return body.toString("utf8");
  throw new PublicError("invalid_encoding", "The body is not valid UTF-8.", [
    { pointer: "", rule: "must be valid UTF-8" },
  ]);
}

export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const decompress = pickDecompressor(request.headers["content-encoding"]);
  const declaredBytes = Number(request.headers["content-length"] ?? 0);
  if (declaredBytes > maxBytes) {
    drain(request);
    throw tooLarge(maxBytes);
  }
  const sent = await collect(request, maxBytes);
  return decompress === null ? sent : inflateBounded(decompress, sent, maxBytes);
}

/** The same for Express: puts the parsed body into `request.body` for the methods that carry one. */
export function createReadBody(maxBytes: number): RequestHandler {
  return async (request, _response, next) => {
    const carriesBody =
      request.method === "POST" || request.method === "PUT" || request.method === "PATCH";
    if (carriesBody) request.body = await readJsonBody(request, maxBytes);
    next();
  };
}

function checkContentType(header: string | undefined): void {
  if (header === undefined || header === "application/json") return;
  const [type = "", ...parameters] = header.split(";").map((part) => part.trim().toLowerCase());
  const isJson = type === "application/json" || /^application\/[\w.-]{1,64}\+json$/.test(type);
  if (!isJson && type !== "text/plain" && type !== "") {
    throw unsupported("content-type", "must be application/json or text/plain");
  }
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  const isOurs = charset === undefined || /^charset="?(utf-?8|us-ascii)"?$/.test(charset);
  if (!isOurs) throw unsupported("content-type", "must have the charset utf-8");
}

function pickDecompressor(header: string | undefined): Decompress | null {
  const encoding = header?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return null;
  const decompress = decompressors.get(encoding);
  if (decompress === undefined) {
    throw unsupported("content-encoding", "must be one of gzip, deflate, br, identity");
  }
  return decompress;
}

/** A request that is cut short ends with an error. */
function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
      } else if (bytes - chunk.length <= maxBytes) {
        chunks.length = 0;
        reject(tooLarge(maxBytes));
      } else if (bytes > maxBytes + drainLimitBytes) {
        linger(request);
      }
    });
    request.on("end", () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    request.on("error", () => reject(new PublicError("invalid_json", "The body was cut short.")));
  });
}

/** Throws away a refused body, up to a limit; beyond it the connection is closed in a while. */
function drain(request: IncomingMessage): void {
  let bytes = 0;
  request.on("error", () => {});
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > drainLimitBytes) linger(request);
  });
}

/** For so long the sender of too much may read why it was refused. */
const lingerMs = 3_000;

/**
 * Takes no more of a body, and closes its connection once the sender has had the time to read the answer: closed at once,
 * with bytes of it unread, the connection is reset, and the answer is lost on its way.
 */
function linger(request: IncomingMessage): void {
  if (request.isPaused()) return;
  request.pause();
  setTimeout(() => request.destroy(), lingerMs).unref();
}

async function inflateBounded(
  decompress: Decompress,
  sent: Buffer,
  maxBytes: number,
): Promise<Buffer> {
  try {
    return await decompress(sent, { maxOutputLength: maxBytes });
  } catch (error) {
    const isBomb = error instanceof RangeError && "code" in error;
    if (isBomb && error.code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    throw new PublicError("invalid_encoding", "The compressed body is broken.", [
      { pointer: "content-encoding", rule: "must be what the body is compressed with" },
    ]);
  }
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) {
    throw new PublicError("invalid_encoding", "The body is not valid UTF-8.", [
      { pointer: "", rule: "must be valid UTF-8" },
    ]);
  }
  const hasByteOrderMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  const text = body.toString("utf8", hasByteOrderMark ? 3 : 0);
  const value = parseOrThrow(text);
  const found = findJsonFault(value);
  if (found !== null) throw new PublicError("invalid_body", "The body breaks a rule.", [found]);
  return value;
}

function parseOrThrow(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    const detail = text.trim() === "" ? "The body is empty." : "The body is not valid JSON.";
    const rule =
      position === undefined ? "must be JSON" : `must be JSON (it breaks at character ${position})`;
    throw new PublicError("invalid_json", detail, [{ pointer: "", rule }]);
  }
}

function tooLarge(maxBytes: number): PublicError {
  return new PublicError("body_too_large", `The body may have at most ${maxBytes} bytes.`, [
    { pointer: "", rule: `at most ${maxBytes} bytes, also once decompressed` },
  ]);
}

function unsupported(header: string, rule: string): PublicError {
  return new PublicError("unsupported_media_type", `The ${header} header is not supported.`, [
    { pointer: header, rule },
  ]);
}
