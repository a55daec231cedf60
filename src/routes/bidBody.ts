import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, gunzipSync, inflate } from "node:zlib";
import type { BodyPlace } from "../serving/bidBodies.ts";

/** Bytes of a bid request, as sent and once inflated. Real ones have 1 to 30 kB, with block lists up to 200. */
export const bidBodyLimitBytes = 512 * 1024;
/** A body of so few bytes is inflated on the spot: a trip to another thread costs more. */
const smallBytes = 16 * 1024;
/** What is still taken off the wire of a body that is too large, so that the connection lives on. */
const drainBytes = 1024 * 1024;

export type BidBody =
  | { readonly ok: true; readonly value: unknown }
  /** Too large, cut short, no JSON; in an encoding that we do not take. */
  | { readonly ok: false; readonly status: 400 | 413 | 415 }
  /** Too slow for an answer in time; more than there is room for. */
  | { readonly ok: false; readonly status: 204; readonly reason: "slow_body" | "no_room" };

export interface BodyPatience {
  readonly place: BodyPlace;
  /** How long the body may take to arrive. */
  readonly patienceMs: number;
}

const invalid: BidBody = { ok: false, status: 400 };
const tooLarge: BidBody = { ok: false, status: 413 };
const tooSlow: BidBody = { ok: false, status: 204, reason: "slow_body" };
const noRoom: BidBody = { ok: false, status: 204, reason: "no_room" };

const inflateLater = promisify(inflate);
const gunzipLater = promisify(gunzip);

/**
 * Reads the JSON of a bid request whatever its content type says, for exchanges send text/plain, or none; gzip by its header
 * or by its first bytes (browsers cannot set the header), deflate by its header. What comes too slowly, or finds no room, is
 * let go of. Never rejects.
 */
export async function readBidBody(
  request: IncomingMessage,
  patience: BodyPatience,
): Promise<BidBody> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (!["", "identity", "gzip", "x-gzip", "deflate"].includes(encoding)) {
    request.resume();
    return { ok: false, status: 415 };
  }
  const sent = await collect(request, patience);
  if (!Buffer.isBuffer(sent)) return sent;
  const plain = await inflateBody(sent, encoding);
  return Buffer.isBuffer(plain) ? parse(plain) : plain;
}

async function inflateBody(sent: Buffer, encoding: string): Promise<Buffer | BidBody> {
  const options = { maxOutputLength: bidBodyLimitBytes };
  const isGzip = sent[0] === 0x1f && sent[1] === 0x8b;
  try {
    if (isGzip)
      return sent.length <= smallBytes
        ? gunzipSync(sent, options)
        : await gunzipLater(sent, options);
    if (encoding === "deflate") return await inflateLater(sent, options);
    // Some name an encoding that a proxy on the way has already undone.
    return sent;
  } catch (error) {
    const isBomb = error instanceof RangeError && "code" in error;
    return isBomb && error.code === "ERR_BUFFER_TOO_LARGE" ? tooLarge : invalid;
  }
}

function parse(body: Buffer): BidBody {
  const hasByteOrderMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  try {
    // What is no UTF-8 becomes a replacement character: a page's title in Latin-1 is no reason not to bid.
    return { ok: true, value: JSON.parse(body.toString("utf8", hasByteOrderMark ? 3 : 0)) };
  } catch {
    return invalid;
  }
}

function collect(
  request: IncomingMessage,
  { place, patienceMs }: BodyPatience,
): Promise<Buffer | BidBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const end = (outcome: Buffer | BidBody): void => {
      isOver = true;
      clearTimeout(timer);
      chunks.length = 0;
      resolve(outcome);
    };
    const timer = setTimeout(end, patienceMs, tooSlow);
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bidBodyLimitBytes + drainBytes) request.destroy();
      if (isOver) return;
      if (bytes > bidBodyLimitBytes) end(tooLarge);
      else if (!place.fits(bytes)) end(noRoom);
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const [only] = chunks;
      end(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.on("error", () => end(invalid));
    request.on("close", () => end(invalid));
  });
}
