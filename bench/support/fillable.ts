import { createConsentReader } from "../../src/consent/consentOf.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { AdsBody } from "../../src/serving/adsBody.ts";
import { toAdRequest } from "../../src/serving/toAdRequest.ts";
import { decide } from "../../src/targeting/decide.ts";
import { buildSnapshot, type Snapshot } from "../../src/targeting/snapshot.ts";
import { campaignsOf, everywhere, places } from "./campaigns.ts";
import { bodiesOf, type Traffic } from "./requests.ts";

let thousand: Snapshot | null = null;
const locator = createLocator(places);
const readConsent = createConsentReader({ vendorId: 1, role: "vendor" });

/**
 * Bodies that find an ad among a thousand campaigns already, of which the first stand in the same places in every number of
 * campaigns: what more campaigns cost is not that more requests are filled.
 */
export function fillableBodies(traffic: Traffic, count: number): readonly string[] {
  const bodies = bodiesOf(traffic, 2 * count).filter((body) => isFilled(JSON.parse(body)));
  if (bodies.length < count / 2)
    throw new Error(`only ${bodies.length} of ${2 * count} requests of "${traffic}" find an ad`);
  return bodies.slice(0, count);
}

function isFilled(body: AdsBody): boolean {
  thousand ??= buildSnapshot(campaignsOf(1_000, everywhere), { revision: "1", builtAtMs: 0 });
  const facts = {
    decisionId: "fillable",
    nowMs: Date.now(),
    siteKey: null,
    hasVisitorId: true,
    address: null,
  };
  const deps = { readConsent, locator, locateAddress: null, findPlacement: () => null };
  const { request } = toAdRequest(body, facts, deps);
  const nobody = { scores: null, impressions: new Map<string, readonly number[]>() };
  const delivery = { exhaustedUntilMs: new Map(), throttles: new Map<number, number>() };
  // Some who won before will be over their cap: one more stands ready.
  const [first, ...others] = request.placements;
  if (first === undefined) return false;
  const placements = [{ ...first, count: first.count + 1 }, ...others];
  const decision = decide({ ...request, placements }, thousand, nobody, delivery);
  return decision.placements.every(({ winners, count }) => winners.length === count);
}
