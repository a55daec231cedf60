import { TCString } from "@iabtechlabtcf/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import { encode, models } from "./iabModels.ts";

test("places and measuring rest on what the IAB's own library reads of purposes 2 and 7, on either legal basis", () => {
  const seen = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(models, (model) => {
      const { vendorId } = model;
      const tcString = encode({
        ...model,
        disclosed: [...new Set([...model.disclosed, vendorId])],
      });
      const decoded = TCString.decode(tcString);
      const types = (purpose: number) =>
        decoded.publisherRestrictions
          .getRestrictions(vendorId)
          .filter((restriction) => restriction.purposeId === purpose)
          .map((restriction) => Number(restriction.restrictionType));
      const holds = (purpose: number) =>
        !types(purpose).includes(0) &&
        ((decoded.vendorConsents.has(vendorId) &&
          decoded.purposeConsents.has(purpose) &&
          !types(purpose).includes(2)) ||
          (decoded.vendorLegitimateInterests.has(vendorId) &&
            decoded.purposeLegitimateInterests.has(purpose) &&
            !types(purpose).includes(1)));
      const readConsent = createConsentReader({ vendorId, role: "vendor" });
      const consent = readConsent({ tcString }, model.createdDay * 86_400_000);
      expect([consent.mayUsePlace, consent.mayMeasure]).toEqual([holds(2), holds(7)]);
      seen[consent.mayUsePlace ? "allowed" : "refused"]++;
    }),
    { numRuns: 300 },
  );
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(0);
});
