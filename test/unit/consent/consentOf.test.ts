import { describe, expect, test } from "vitest";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import type { Consent } from "../../../src/consent/types.ts";
import { type TcStringFields, writeTcString } from "./writeTcString.ts";

const ourVendorId = 612;
const nowMs = Date.UTC(2026, 5, 15, 12);
const yesterdayMs = Date.UTC(2026, 5, 14);
/** Before the day from which every string must list the disclosed vendors. */
const beforeDisclosureMs = Date.UTC(2026, 1, 20);
const asVendor = createConsentReader({ vendorId: ourVendorId, role: "vendor" });
const asPublisher = createConsentReader({ vendorId: ourVendorId, role: "publisher" });

const nothing = {
  mayStore: false,
  mayPersonalise: false,
  mayUsePrecisePlace: false,
  mayMeasure: false,
};
const everything = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePrecisePlace: true,
  mayMeasure: true,
};
const us = { ranges: [[ourVendorId, ourVendorId]] } as const;
const others = {
  ranges: [
    [1, ourVendorId - 1],
    [ourVendorId + 1, 900],
  ],
} as const;

/** All that a visitor can grant, disclosed, dated yesterday. */
const granted: TcStringFields = {
  lastUpdatedMs: yesterdayMs,
  policyVersion: 5,
  specialFeatures: [1],
  purposesConsent: [1, 2, 3, 4, 7],
  purposesLegitimateInterest: [2, 7],
  vendorConsents: us,
  vendorLegitimateInterests: us,
  disclosedVendors: us,
  publisher: { consent: [1, 2, 3, 4, 7], legitimate: [] },
};

function vendorConsent(changes: TcStringFields): Consent {
  return asVendor({ tcString: writeTcString({ ...granted, ...changes }) }, nowMs);
}

function publisherConsent(changes: TcStringFields): Consent {
  return asPublisher({ tcString: writeTcString({ ...granted, ...changes }) }, nowMs);
}

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

const purposeSets = subsets([1, 3, 4, 7]);
const flags = [false, true];
type Restriction = { readonly purpose: number; readonly type: 0 | 1 | 2 } | null;
const restrictionsToTry: readonly Restriction[] = [
  null,
  ...[1, 3, 4, 7].flatMap((purpose) => ([0, 1, 2] as const).map((type) => ({ purpose, type }))),
];

function subsets(members: readonly number[]): readonly (readonly number[])[] {
  const choices = Array.from({ length: 2 ** members.length }, (_, choice) => choice);
  return choices.map((choice) => members.filter((_, index) => (choice >> index) & 1));
}

describe("every combination of bits", () => {
  test("as a vendor: own bits, purposes, both legal bases, one restriction, special feature", () => {
    let walked = 0;
    for (const consentBit of flags)
      for (const interestBit of flags)
        for (const purposes of purposeSets)
          for (const interest7 of flags)
            for (const precise of flags)
              for (const restriction of restrictionsToTry)
                for (const restrictsUs of flags) {
                  const applies = (types: readonly number[], purpose: number) =>
                    restrictsUs &&
                    restriction?.purpose === purpose &&
                    types.includes(restriction.type);
                  const consents = (purpose: number) =>
                    consentBit && purposes.includes(purpose) && !applies([0, 2], purpose);
                  const measuresByInterest = interestBit && interest7 && !applies([0, 1], 7);
                  const ours = consentBit || interestBit;
                  const expected: Consent = {
                    mayStore: ours && consents(1),
                    mayPersonalise: ours && consents(1) && consents(3) && consents(4),
                    mayUsePrecisePlace: consentBit && precise,
                    mayMeasure: ours && (consents(7) || measuresByInterest),
                    basis: ours ? "tc_string" : "vendor_refused",
                  };
                  const actual = vendorConsent({
                    vendorConsents: consentBit ? us : others,
                    vendorLegitimateInterests: interestBit ? us : others,
                    purposesConsent: purposes,
                    purposesLegitimateInterest: interest7 ? [1, 3, 4, 7] : [1, 3, 4],
                    specialFeatures: precise ? [1] : [2],
                    restrictions:
                      restriction === null
                        ? []
                        : [{ ...restriction, ranges: (restrictsUs ? us : others).ranges }],
                    publisher: null,
                  });
                  expect(actual).toEqual(expected);
                  walked++;
                }
    expect(walked).toBe(2 * 2 * 16 * 2 * 2 * 13 * 2);
  });

  test("as the publisher: only its own segment counts, and the special feature", () => {
    for (const segment of flags)
      for (const purposes of purposeSets)
        for (const interest7 of flags)
          for (const precise of flags) {
            const consent = publisherConsent({
              vendorConsents: others,
              purposesConsent: [],
              disclosedVendors: others,
              restrictions: [{ purpose: 1, type: 0, ranges: us.ranges }],
              specialFeatures: precise ? [1] : [],
              publisher: segment
                ? { consent: purposes, legitimate: interest7 ? [1, 3, 4, 7] : [1, 3, 4] }
                : null,
            });
            const stores = purposes.includes(1);
            expect(consent).toEqual(
              segment
                ? {
                    mayStore: stores,
                    mayPersonalise: stores && purposes.includes(3) && purposes.includes(4),
                    mayUsePrecisePlace: precise,
                    mayMeasure: purposes.includes(7) || interest7,
                    basis: "tc_string",
                  }
                : { ...nothing, basis: "vendor_refused" },
            );
          }
  });

  test("two restrictions that contradict each other leave nothing of the purpose", () => {
    const ranges = us.ranges;
    const consent = vendorConsent({
      restrictions: [
        { purpose: 7, type: 1, ranges },
        { purpose: 7, type: 2, ranges },
      ],
    });
    expect(consent).toEqual({ ...everything, mayMeasure: false, basis: "tc_string" });
  });
});

test("a vendor id off the list's range is a fault of configuration, told at start", () => {
  for (const vendorId of [0, -1, 65_536, 1.5, Number.NaN])
    expect(() => createConsentReader({ vendorId, role: "vendor" })).toThrow(RangeError);
});
