import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { BidRequest } from "../openrtb/types.ts";
import { sha256 } from "../preparedHmac.ts";
import { parseAddress } from "../serving/addressRanges.ts";
import type { BidCaller, Ssp } from "../serving/bidPorts.ts";
import { cookieValue } from "./userSync.ts";

/** A bid request's connection, and the page that it comes from; no origin = a server's. */
export interface Caller {
  readonly address: string | null;
  readonly origin: string | null;
}

/** 403 from where it may not come, 401 without its key; null = let in. */
export function refuseCaller(
  ssp: Ssp,
  request: IncomingMessage,
  { address, origin }: Caller,
): 401 | 403 | null {
  if (isOpenPage(ssp, origin)) return null;
  if (ssp.addresses !== null) {
    const parsed = address === null ? null : parseAddress(address);
    if (parsed === null || !ssp.addresses.contains(parsed)) return 403;
  }
  if (ssp.keyHash === null) return ssp.addresses === null ? 403 : null;
  return isKey(keyOf(request), ssp.keyHash) ? null : 401;
}

/** `Authorization: Bearer …`, `X-Api-Key`, or `?key=…` where an exchange can only be given an address. */
function keyOf(request: IncomingMessage): string {
  const { authorization, "x-api-key": header } = request.headers;
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  if (typeof header === "string") return header.trim();
  return /[?&]key=([A-Za-z0-9_-]{1,100})/.exec(request.url ?? "")?.[1] ?? "";
}

function isKey(key: string, keyHash: Uint8Array): boolean {
  return timingSafeEqual(sha256(Buffer.from(key)), keyHash);
}

/** Pages that are let in unasked may say what they like; who has shown a key or comes from the right address answers for it. */
export function trustOf(ssp: Ssp, { address, origin }: Caller): BidCaller {
  return isOpenPage(ssp, origin) ? { kind: "page", address } : { kind: "server" };
}

function isOpenPage({ openToBrowsers }: Ssp, origin: string | null): boolean {
  return openToBrowsers && origin !== null;
}

/**
 * A page's request says little of the device that it comes from, and cannot know our id: what the connection says counts, and
 * the cookie of a user sync. Whether consent lets the id be used is asked where ids of all requests are.
 */
export function withCaller(
  bidRequest: BidRequest,
  request: IncomingMessage,
  { address, origin }: Caller,
  buyerUidOf: (cookie: string) => string | null,
): BidRequest {
  if (origin === null) return bidRequest;
  const { device, user, regs } = bidRequest;
  const userAgent = device.userAgent ?? request.headers["user-agent"] ?? null;
  const ip = regs.coppa ? null : address;
  const cookie = regs.coppa ? null : cookieValue(request.headers.cookie);
  const buyerUid = user.buyerUid ?? (cookie === null ? null : buyerUidOf(cookie));
  return { ...bidRequest, device: { ...device, userAgent, ip }, user: { ...user, buyerUid } };
}
