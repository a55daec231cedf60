import { createConsentReader } from "../../../src/consent/consentOf.ts";
import type { Consent } from "../../../src/consent/types.ts";
import { type TcStringFields, writeTcString } from "./writeTcString.ts";

export const ourVendorId = 612;
export const nowMs = Date.UTC(2026, 5, 15, 12);
export const yesterdayMs = Date.UTC(2026, 5, 14);
/** Before the day from which every string must list the disclosed vendors. */
export const beforeDisclosureMs = Date.UTC(2026, 1, 20);
export const asVendor = createConsentReader({ vendorId: ourVendorId, role: "vendor" });
export const asPublisher = createConsentReader({ vendorId: ourVendorId, role: "publisher" });

export const nothing = {
  mayStore: false,
  mayPersonalise: false,
  mayUsePlace: false,
  mayUsePrecisePlace: false,
  mayMeasure: false,
};
export const everything = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: true,
  mayMeasure: true,
};
export const us = { ranges: [[ourVendorId, ourVendorId]] } as const;
export const others = {
  ranges: [
    [1, ourVendorId - 1],
    [ourVendorId + 1, 900],
  ],
} as const;

/** All that a visitor can grant, disclosed, dated yesterday. */
export const granted: TcStringFields = {
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

export function vendorConsent(changes: TcStringFields): Consent {
  return asVendor({ tcString: writeTcString({ ...granted, ...changes }) }, nowMs);
}

export function publisherConsent(changes: TcStringFields): Consent {
  return asPublisher({ tcString: writeTcString({ ...granted, ...changes }) }, nowMs);
}
