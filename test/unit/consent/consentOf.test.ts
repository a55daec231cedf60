import { describe, expect, test } from "vitest";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import {
  asPublisher,
  asVendor,
  beforeDisclosureMs,
  everything,
  granted,
  nothing,
  nowMs,
  others,
  publisherConsent,
  us,
  vendorConsent,
} from "./grantedConsent.ts";
import { writeTcString } from "./writeTcString.ts";

describe("whether there is a choice to read at all", () => {
  test.each([
    ["gdpr is false", { gdpr: false }, { ...everything, basis: "no_gdpr" }],
    [
      "gdpr is false, whatever the string says",
      { gdpr: false, tcString: "junk" },
      { ...everything, basis: "no_gdpr" },
    ],
    ["nothing is said", {}, { ...nothing, basis: "missing" }],
    ["gdpr applies and there is no string", { gdpr: true }, { ...nothing, basis: "missing" }],
    ["the string is null", { gdpr: true, tcString: null }, { ...nothing, basis: "missing" }],
    ["the string is empty", { tcString: "" }, { ...nothing, basis: "missing" }],
    ["the string is junk", { tcString: "undefined" }, { ...nothing, basis: "malformed" }],
    [
      "gdpr is absent and the string is whole",
      { tcString: writeTcString(granted) },
      { ...everything, basis: "tc_string" },
    ],
    [
      "gdpr is true and the string is whole",
      { gdpr: true, tcString: writeTcString(granted) },
      { ...everything, basis: "tc_string" },
    ],
  ])("%s", (_, signals, expected) => {
    expect(asVendor(signals, nowMs)).toEqual(expected);
    expect(asPublisher(signals, nowMs)).toEqual(expected);
  });
});

describe("the age of a choice", () => {
  test.each([
    [
      "13 months old to the millisecond has expired",
      Date.UTC(2026, 5, 15, 12),
      Date.UTC(2025, 4, 15, 12),
      "expired",
    ],
    [
      "a millisecond younger still holds",
      Date.UTC(2026, 5, 15, 12) - 1,
      Date.UTC(2025, 4, 15, 12),
      "tc_string",
    ],
    [
      "a month without a 31st ends on its last day",
      Date.UTC(2026, 1, 28),
      Date.UTC(2025, 0, 31),
      "expired",
    ],
    ["… and holds until then", Date.UTC(2026, 1, 28) - 1, Date.UTC(2025, 0, 31), "tc_string"],
    ["up to a day ahead is a clock that differs", nowMs, nowMs + 24 * 3_600_000, "tc_string"],
    ["more than a day ahead is junk", nowMs, nowMs + 24 * 3_600_000 + 100, "malformed"],
    ["1970 has expired", nowMs, 0, "expired"],
  ])("%s", (_, atMs, lastUpdatedMs, basis) => {
    const consent = asVendor({ tcString: writeTcString({ ...granted, lastUpdatedMs }) }, atMs);
    expect(consent.basis).toBe(basis);
    expect({ ...consent }).toMatchObject(basis === "tc_string" ? everything : nothing);
  });

  test("a policy older than TCF 2.2 was withdrawn", () => {
    expect(vendorConsent({ policyVersion: 3 })).toEqual({ ...nothing, basis: "malformed" });
    expect(vendorConsent({ policyVersion: 6 }).basis).toBe("tc_string");
  });
});

describe("the disclosure of our vendor", () => {
  test.each([
    ["TCF 2.3, disclosed", { policyVersion: 5, disclosedVendors: us }, true],
    ["TCF 2.3, others disclosed", { policyVersion: 5, disclosedVendors: others }, false],
    ["TCF 2.3, no list", { policyVersion: 5, disclosedVendors: null }, false],
    [
      "TCF 2.3, no list, before the deadline",
      { policyVersion: 5, disclosedVendors: null, lastUpdatedMs: beforeDisclosureMs },
      false,
    ],
    [
      "TCF 2.2, no list, before the deadline",
      { policyVersion: 4, disclosedVendors: null, lastUpdatedMs: beforeDisclosureMs },
      true,
    ],
    ["TCF 2.2, no list, after the deadline", { policyVersion: 4, disclosedVendors: null }, false],
    ["TCF 2.2, disclosed, after the deadline", { policyVersion: 4, disclosedVendors: us }, true],
    [
      "TCF 2.2, others disclosed, before the deadline",
      { policyVersion: 4, disclosedVendors: others, lastUpdatedMs: beforeDisclosureMs },
      false,
    ],
  ])("%s", (_, changes, holds) => {
    expect(vendorConsent(changes)).toEqual(
      holds ? { ...everything, basis: "tc_string" } : { ...nothing, basis: "vendor_refused" },
    );
    expect(publisherConsent(changes)).toEqual({ ...everything, basis: "tc_string" });
  });
});

test("a vendor id off the list's range is a fault of configuration, told at start", () => {
  for (const vendorId of [0, -1, 65_536, 1.5, Number.NaN])
    expect(() => createConsentReader({ vendorId, role: "vendor" })).toThrow(RangeError);
});
