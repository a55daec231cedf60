import { describe, expect, test } from "vitest";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import { toAdRequest } from "../../../src/serving/toAdRequest.ts";
import { frenchLocator } from "../../support/geography.ts";
import { granted, nowMs, ourVendorId, us } from "../consent/grantedConsent.ts";
import { type TcStringFields, writeTcString } from "../consent/writeTcString.ts";

const limoges = { lat: 45.8336, lon: 1.2476 };
const device = { ...limoges, accuracyMeters: 40 };
const home = { inseeCode: "87085" };
const search = { postalCode: "19100" };

/** The sources of the places used for a page that sends `place`. */
function placesUsed(
  role: "vendor" | "publisher",
  visitor: { readonly consent?: string; readonly gdpr?: boolean },
  place: Parameters<typeof toAdRequest>[0]["place"],
): readonly string[] {
  const facts = {
    decisionId: "d",
    nowMs,
    siteKey: null,
    hasVisitorId: true,
    address: "203.0.113.7",
  };
  const { request } = toAdRequest({ visitor, place, placements: [{ id: "top" }] }, facts, {
    readConsent: createConsentReader({ vendorId: ourVendorId, role }),
    locator: frenchLocator,
    locateAddress: () => ({ ...limoges, accuracyMeters: 20_000 }),
    findPlacement: () => null,
  });
  return request.places.map((used) => used.source);
}

const saying = (changes: TcStringFields) => ({
  consent: writeTcString({ ...granted, ...changes }),
});
const refusesAll: TcStringFields = {
  specialFeatures: [],
  purposesConsent: [],
  purposesLegitimateInterest: [],
  publisher: { consent: [], legitimate: [] },
};
const purposesBut2 = [1, 3, 4, 7];
const grantsAllBut2: TcStringFields = {
  purposesConsent: purposesBut2,
  purposesLegitimateInterest: [7],
  publisher: { consent: purposesBut2, legitimate: [7] },
};

describe("which places choose the ads", () => {
  test.each([
    ["nothing said", {}],
    ["a malformed string", { consent: "junk" }],
    ["an old string", saying({ lastUpdatedMs: 0 })],
    ["everything refused", saying(refusesAll)],
    ["everything but places", saying(grantsAllBut2)],
    ["the special feature alone", saying({ ...refusesAll, specialFeatures: [1] })],
  ])("%s: only the place searched in, as vendor and as publisher", (_, visitor) => {
    for (const role of ["vendor", "publisher"] as const) {
      expect(placesUsed(role, visitor, { search, device, home })).toEqual(["search"]);
      expect(placesUsed(role, visitor, { device, home })).toEqual([]);
      expect(placesUsed(role, visitor, undefined)).toEqual([]);
    }
  });

  test.each([
    ["the law does not apply", { gdpr: false }],
    ["everything granted", saying({})],
    [
      "purpose 2 alone, by consent",
      saying({ ...refusesAll, purposesConsent: [2], publisher: { consent: [2], legitimate: [] } }),
    ],
    [
      "purpose 2 alone, by legitimate interest",
      saying({
        ...refusesAll,
        purposesLegitimateInterest: [2],
        publisher: { consent: [], legitimate: [2] },
      }),
    ],
  ])("%s: all of them, as vendor and as publisher", (_, visitor) => {
    for (const role of ["vendor", "publisher"] as const) {
      const all = { search, device, home };
      expect(placesUsed(role, visitor, all)).toEqual(["search", "device", "home"]);
      expect(placesUsed(role, visitor, undefined)).toEqual(["ip"]);
    }
  });

  test("a publisher's restriction on purpose 2 takes the places away", () => {
    const restrictions = [{ purpose: 2, type: 0, ranges: us.ranges }];
    expect(placesUsed("vendor", saying({ restrictions }), { search, device })).toEqual(["search"]);
  });
});
