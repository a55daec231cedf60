import request from "supertest";
import type { BidResponse } from "../../src/openrtb/bidTypes.ts";
import { bidBody, bidOf } from "./bids.ts";
import type { System } from "./system.ts";

export type Bid = ReturnType<typeof bidOf>;

/** Settings of an SSP of which no request is shed, however busy the machine. */
export const unhurried = { qpsLimit: 100_000, deadlineMs: 1_000 };

/** What the exchange does with an address of ours: it fills the macros, and calls it. */
export function tell(
  system: System,
  address: string,
  values: Readonly<Record<string, string | number>> = {},
): request.Test {
  const filled = address.replace(/\$\{AUCTION_(\w+)(?::\w+)?\}/g, (_all, name) =>
    String(values[String(name)] ?? ""),
  );
  return request(system.url).get(pathOf(filled));
}

/** Draws a native ad: its impression pixel is called. */
export function draw(system: System, { adm }: Bid): request.Test {
  const { eventtrackers } = JSON.parse(adm).native ?? JSON.parse(adm);
  return request(system.url).get(
    pathOf(eventtrackers.find((one: { event: number }) => one.event === 1).url),
  );
}

export function pathOf(address: string): string {
  const { pathname, search } = new URL(address);
  return pathname + search;
}

let devices = 0;

/** Asks for a reader of whom nobody shares the network; null = no bid. */
export async function askOnce(system: System, name: string): Promise<Bid | null> {
  devices += 1;
  const ip = `${100 + (devices >> 16)}.${(devices >> 8) & 255}.${devices & 255}.7`;
  const device = { ...bidBody().device, ip };
  // Over connections that stay open, as exchanges have them.
  const response = await fetch(`${system.url}/openrtb2/bid/${name}`, {
    method: "POST",
    body: JSON.stringify(bidBody({ device })),
  });
  const text = await response.text();
  return response.status === 200 ? bidOf(JSON.parse(text) as BidResponse) : null;
}

export interface Market {
  readonly ssp: string;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Of a bid, 0 to 1. */
  readonly winRate: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Of a win, per thousand impressions. */
  readonly clearingPrice: number;
  /** Sets the server's clock. */
  readonly setClock: (nowMs: number) => void;
  readonly startMs: number;
}

/**
 * An auction as most of the open web: of many bids few win, are drawn and billed two seconds later; no loss is told. Answers how many bids were made, and how many of them won and were billed.
 */
export async function runMarket(
  system: System,
  market: Market,
): Promise<{ readonly made: number; readonly won: number }> {
  const winning: { readonly bid: Bid; readonly atMs: number }[] = [];
  const { ssp, seconds, requestsPerSecond, winRate, random, clearingPrice, startMs } = market;
  let made = 0;
  let won = 0;
  for (let second = 0; second < seconds; second++) {
    const nowMs = startMs + second * 1_000;
    market.setClock(nowMs);
    const asks = Array.from({ length: requestsPerSecond }, () => askOnce(system, ssp));
    for (const bid of (await Promise.all(asks)).flatMap((one) => one ?? [])) {
      made += 1;
      if (random() < winRate) winning.push({ bid, atMs: nowMs + 2_000 });
    }
    while (winning[0] !== undefined && winning[0].atMs <= nowMs) {
      const { bid } = winning.shift()!;
      won += 1;
      await draw(system, bid);
      await tell(system, bid.burl, { PRICE: clearingPrice, CURRENCY: "EUR" });
    }
  }
  return { made, won };
}

/** What administrators read of a campaign's and an SSP's money, once everything is written. */
export async function readBooks(system: System, campaignId: number, ssp: string) {
  const get = (path: string) =>
    request(system.url).get(path).set("authorization", `Bearer ${system.adminKey}`);
  const { totals: spending } = (await get(`/v1/campaigns/${campaignId}/spending`)).body;
  const { totals: account } = (await get(`/v1/ssps/${ssp}/spending`)).body;
  return { spending, account };
}

/** Whether the ledger has all that Redis has counted, as the node last looked. */
export async function isWritten(system: System): Promise<boolean> {
  const { text } = await request(system.url).get("/metrics");
  return /^atelier_outbox_unwritten 0$/m.test(text);
}
