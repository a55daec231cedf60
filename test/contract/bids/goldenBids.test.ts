import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BidResponse } from "../../../src/openrtb/bidTypes.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { buyerUidKeyFrom, newVisitorId, sealVisitorId } from "../../../src/serving/buyerUid.ts";
import { nativeBody } from "../../support/campaignBodies.ts";
import {
  type BidWorld,
  startBidWorld,
  worldVisitorSecret,
} from "../../support/openrtb/bidWorld.ts";
import { createBidSender } from "../../support/openrtb/sendBids.ts";
import { validateBidResponse } from "../../support/openrtb/validateBidResponse.ts";
import { granted } from "../../unit/consent/grantedConsent.ts";
import { writeTcString } from "../../unit/consent/writeTcString.ts";

const folder = new URL("../../golden/openrtb/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
/** By request, what our server answers: 400, the code of no bid, or the bids as "imp native" and "imp 300x250". */
const served: Readonly<Record<string, 400 | { readonly nbr: number } | readonly string[]>> =
  read("served.json");
const files = readdirSync(new URL("requests/", folder)).filter((name) => name.endsWith(".json"));

let world: BidWorld;
beforeAll(async () => {
  world = await startBidWorld();
}, 60_000);
afterAll(() => world?.close());

test.each(files)("%s is answered as agreed", async (file) => {
  const { request, expected } = read(`requests/${file}`);
  const { send, close } = createBidSender(world.endpoint, { connections: 1 });
  const { status, body } = await send(JSON.stringify(request));
  close();
  expect(status === 400).toBe(expected.problem !== undefined);
  const answer: BidResponse | null = status === 200 ? JSON.parse(body.toString()) : null;
  const parsed = parseBidRequest(request);
  if (answer !== null && parsed.ok)
    expect(validateBidResponse(parsed.request, answer, world)).toEqual([]);
  expect(outcomeOf(status, answer)).toEqual(served[file.replace(".json", "")]);
});

test("what is agreed is of requests that there are", () => {
  expect(
    Object.keys(served)
      .map((name) => `${name}.json`)
      .sort(),
  ).toEqual(files.toSorted());
});

/** Who bids, or why nobody does, by each rule: dearer shops that only some requests may have. */
describe("by each rule of exchanges", () => {
  const rules: {
    readonly base: object;
    readonly cases: readonly {
      readonly description: string;
      readonly request: object;
      readonly expected: unknown;
    }[];
  } = read("rules.json");
  const names = new Map<number, string>();
  beforeAll(async () => {
    const open = async (name: string, trade: string, campaign: object) => {
      const terms = { dailyBudgetMicros: 100_000_000_000, ...campaign };
      names.set(
        await world.openShop({ name, trade, campaign: terms, creative: nativeBody({}) }),
        name,
      );
    };
    const around = (radiusMeters: number) => ({
      zone: { include: [{ type: "circle", lat: 45.8336, lon: 1.2611, radiusMeters }] },
    });
    const capped = { per: "campaign", maxImpressions: 1_000, windowSeconds: 86_400 };
    const france = { zone: { include: [{ type: "france" }] } };
    await open("Toitures de Limoges", "zingueur", { ...around(10_000), bidMicros: 20_000_000 });
    await open("Kiosque du Champ de Juillet", "presse", {
      ...around(1_000),
      bidMicros: 30_000_000,
    });
    await open("Habitués", "cordonnier", {
      ...france,
      bidMicros: 15_000_000,
      frequencyCaps: [capped],
    });
  });
  /** What changes with the day, or is sealed. */
  const dayMs = 86_400_000;
  const says = { ...granted, lastUpdatedMs: Math.floor(Date.now() / dayMs - 1) * dayMs };
  const consentOf = (vendor: number, specialFeatures: readonly number[]) => {
    const vendors = { ranges: [[vendor, vendor]] } as const;
    return writeTcString({
      ...says,
      vendorConsents: vendors,
      disclosedVendors: vendors,
      specialFeatures,
    });
  };
  const buyerUidAt = (sspId: number) =>
    sealVisitorId(newVisitorId(Date.now()), sspId, buyerUidKeyFrom(worldVisitorSecret));
  const values: Readonly<Record<string, string>> = {
    consent: consentOf(1, [1]),
    coarse: consentOf(1, []),
    withoutUs: consentOf(2, [1]),
    buyeruid: buyerUidAt(1),
    othersBuyeruid: buyerUidAt(2),
  };
  const filled = (body: object) =>
    JSON.stringify(body).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  test.each(rules.cases)("$description", async ({ request, expected }) => {
    const { send, close } = createBidSender(world.endpoint, { connections: 1 });
    const { status, body } = await send(filled({ ...rules.base, ...request }));
    close();
    const answer: BidResponse | null = status === 200 ? JSON.parse(body.toString()) : null;
    const [bid] = answer?.seatbid?.[0]?.bid ?? [];
    const bidder = bid && (names.get(Number(bid.cid)) ?? "one for all of France");
    expect(bidder ?? outcomeOf(status, answer)).toEqual(expected);
  });
});

function outcomeOf(status: number, answer: BidResponse | null) {
  if (answer === null) return status;
  if (answer.seatbid === undefined) return { nbr: answer.nbr };
  return answer.seatbid.flatMap(({ bid }) =>
    bid.map(({ impid, mtype, w, h }) => (mtype === 4 ? `${impid} native` : `${impid} ${w}x${h}`)),
  );
}
