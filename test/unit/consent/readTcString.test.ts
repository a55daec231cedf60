import { type TCModel, TCString } from "@iabtechlabtcf/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hasPurpose,
  hasSpecialFeature,
  maxTcStringLength,
  readTcString,
} from "../../../src/consent/readTcString.ts";
import { encode, models, purposeIds } from "./iabModels.ts";
import { writeTcString } from "./writeTcString.ts";

function maskOf(members: readonly number[]): number {
  return members.reduce((mask, purpose) => mask | (1 << (24 - purpose)), 0);
}

function restrictedPurposes(decoded: TCModel, vendorId: number, type: number): number {
  const restrictions = decoded.publisherRestrictions.getRestrictions(vendorId);
  return maskOf(
    restrictions.filter((one) => Number(one.restrictionType) === type).map((one) => one.purposeId),
  );
}

describe("readTcString", () => {
  test("says what the IAB's own library says, whatever the visitor chose", () => {
    fc.assert(
      fc.property(models, (model) => {
        const tcString = encode(model);
        const decoded = TCString.decode(tcString);
        const { vendorId } = model;
        const ids = (vector: { has(id: number): boolean }) =>
          purposeIds.filter((id) => vector.has(id));
        expect(readTcString(tcString, vendorId)).toEqual({
          createdMs: decoded.created.getTime(),
          lastUpdatedMs: decoded.lastUpdated.getTime(),
          policyVersion: decoded.policyVersion,
          specialFeatureOptIns: maskOf(ids(decoded.specialFeatureOptins)) >>> 12,
          purposesConsent: maskOf(ids(decoded.purposeConsents)),
          purposesLegitimateInterest: maskOf(ids(decoded.purposeLegitimateInterests)),
          vendorConsent: decoded.vendorConsents.has(vendorId),
          vendorLegitimateInterest: decoded.vendorLegitimateInterests.has(vendorId),
          restrictions: {
            notAllowed: restrictedPurposes(decoded, vendorId, 0),
            requireConsent: restrictedPurposes(decoded, vendorId, 1),
            requireLegitimateInterest: restrictedPurposes(decoded, vendorId, 2),
          },
          vendorDisclosed: decoded.vendorsDisclosed.has(vendorId),
          publisher: {
            purposesConsent: maskOf(ids(decoded.publisherConsents)),
            purposesLegitimateInterest: maskOf(ids(decoded.publisherLegitimateInterests)),
          },
        });
      }),
      { numRuns: 200 },
    );
  });

  test("reads the vendor from a bit field and from ranges alike, at both ends", () => {
    for (const vendorId of [1, 2, 63, 64, 65, 1_000, 65_535]) {
      const asField = writeTcString({
        vendorConsents: { field: [vendorId], maxVendorId: Math.min(vendorId, 2_000) },
      });
      const asRange = writeTcString({ vendorConsents: { ranges: [[vendorId, vendorId]] } });
      if (vendorId <= 2_000) expect(readTcString(asField, vendorId)?.vendorConsent).toBe(true);
      expect(readTcString(asRange, vendorId)?.vendorConsent).toBe(true);
      expect(readTcString(asRange, vendorId === 1 ? 2 : vendorId - 1)?.vendorConsent).toBe(false);
    }
  });

  test("answers without throwing for any junk", () => {
    const junk = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.stringMatching(/^C[A-Za-z0-9_-]{0,200}(\.[A-Za-z0-9_-]{1,40}){0,3}$/),
    );
    fc.assert(
      fc.property(junk, fc.integer({ min: 1, max: 65_535 }), (text, vendorId) => {
        readTcString(text, vendorId);
      }),
      { numRuns: 5_000 },
    );
  });

  test("never throws for a real string with characters changed, cut or doubled, and never reads past its end", () => {
    const whole = writeTcString({
      vendorConsents: {
        ranges: [
          [1, 40],
          [50, 50],
          [60, 900],
        ],
      },
      vendorLegitimateInterests: { field: [3, 9], maxVendorId: 120 },
      restrictions: [{ purpose: 3, type: 0, ranges: [[1, 99]] }],
      disclosedVendors: { field: [9], maxVendorId: 300 },
      publisher: { consent: [1], legitimate: [7] },
    });
    for (let length = 0; length < whole.indexOf("."); length++)
      expect(readTcString(whole.slice(0, length), 9)).toBeNull();
    const edits = fc.array(
      fc.tuple(
        fc.nat(whole.length),
        fc.constantFrom("", "A", "_", "9", ".", "=", "é", "%2E"),
        fc.nat(2),
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(edits, (changes) => {
        let text = whole;
        for (const [at, insert, removed] of changes)
          text = text.slice(0, at) + insert + text.slice(at + removed);
        readTcString(text, 9);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["an empty string", ""],
    ["another version of the format", writeTcString({ version: 1 })],
    ["a version to come", writeTcString({ version: 3 })],
    ["characters outside base64url", `${writeTcString({})}=`],
    ["an empty segment", `${writeTcString({})}.`],
    ["five segments", `${writeTcString({})}.IAAA.YAAA.YAAA.YAAA`],
    ["a range that runs backwards", writeTcString({ vendorConsents: { ranges: [[9, 3]] } })],
    ["a segment that stops too early", `${writeTcString({})}.YAAA`],
    [
      "the same segment twice",
      `${writeTcString({ disclosedVendors: { field: [], maxVendorId: 9 } })}.IAAA`,
    ],
    ["more characters than any string needs", `C${"A".repeat(maxTcStringLength)}`],
  ])("refuses %s", (_, text) => {
    expect(readTcString(text, 9)).toBeNull();
  });

  test("skips a segment of a type that is not ours", () => {
    const allowedVendors = "QAAA";
    expect(readTcString(`${writeTcString({})}.${allowedVendors}`, 9)?.vendorDisclosed).toBeNull();
  });

  test("names purposes and special features as the specification numbers them", () => {
    const facts = readTcString(
      writeTcString({ purposesConsent: [1, 7, 24], specialFeatures: [1, 12] }),
      9,
    )!;
    expect([1, 2, 7, 8, 23, 24].map((id) => hasPurpose(facts.purposesConsent, id))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
    expect([1, 2, 11, 12].map((id) => hasSpecialFeature(facts.specialFeatureOptIns, id))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});
