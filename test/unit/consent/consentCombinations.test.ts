import { describe, expect, test } from "vitest";
import type { Consent } from "../../../src/consent/types.ts";
import {
  everything,
  nothing,
  others,
  publisherConsent,
  us,
  vendorConsent,
} from "./grantedConsent.ts";

const purposeSets = subsets([1, 2, 3, 4, 7]);
const flags = [false, true];
type Restriction = { readonly purpose: number; readonly type: 0 | 1 | 2 } | null;
const restrictionsToTry: readonly Restriction[] = [
  null,
  ...[1, 2, 3, 4, 7].flatMap((purpose) => ([0, 1, 2] as const).map((type) => ({ purpose, type }))),
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
          for (const unopposed of flags)
            for (const precise of flags)
              for (const restriction of restrictionsToTry)
                for (const restrictsUs of flags) {
                  const applies = (types: readonly number[], purpose: number) =>
                    restrictsUs &&
                    restriction?.purpose === purpose &&
                    types.includes(restriction.type);
                  const consents = (purpose: number) =>
                    consentBit && purposes.includes(purpose) && !applies([0, 2], purpose);
                  const mayByInterest = (purpose: number) =>
                    interestBit && unopposed && !applies([0, 1], purpose);
                  const ours = consentBit || interestBit;
                  const expected: Consent = {
                    mayStore: ours && consents(1),
                    mayPersonalise: ours && consents(1) && consents(3) && consents(4),
                    mayUsePlace: ours && (consents(2) || mayByInterest(2)),
                    mayUsePrecisePlace: consentBit && precise,
                    mayMeasure: ours && (consents(7) || mayByInterest(7)),
                    basis: ours ? "tc_string" : "vendor_refused",
                  };
                  const actual = vendorConsent({
                    vendorConsents: consentBit ? us : others,
                    vendorLegitimateInterests: interestBit ? us : others,
                    purposesConsent: purposes,
                    purposesLegitimateInterest: unopposed ? [1, 2, 3, 4, 7] : [1, 3, 4],
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
    expect(walked).toBe(2 * 2 * 32 * 2 * 2 * 16 * 2);
  });

  test("as the publisher: only its own segment counts, and the special feature", () => {
    for (const segment of flags)
      for (const purposes of purposeSets)
        for (const unopposed of flags)
          for (const precise of flags) {
            const consent = publisherConsent({
              vendorConsents: others,
              purposesConsent: [],
              disclosedVendors: others,
              restrictions: [{ purpose: 1, type: 0, ranges: us.ranges }],
              specialFeatures: precise ? [1] : [],
              publisher: segment
                ? { consent: purposes, legitimate: unopposed ? [1, 2, 3, 4, 7] : [1, 3, 4] }
                : null,
            });
            const stores = purposes.includes(1);
            expect(consent).toEqual(
              segment
                ? {
                    mayStore: stores,
                    mayPersonalise: stores && purposes.includes(3) && purposes.includes(4),
                    mayUsePlace: purposes.includes(2) || unopposed,
                    mayUsePrecisePlace: precise,
                    mayMeasure: purposes.includes(7) || unopposed,
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
