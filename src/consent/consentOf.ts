import { hasPurpose, hasSpecialFeature, readTcString, type TcFacts } from "./readTcString.ts";
import type { Consent, ConsentBasis } from "./types.ts";

export interface ConsentReaderOptions {
  /** Our id on the IAB's Global Vendor List, 1 to 65,535. Used by the role "vendor". */
  readonly vendorId: number;
  /** "vendor": we act as a listed vendor. "publisher": we act for the site itself, whose own purposes stand in the publisher segment. */
  readonly role: "vendor" | "publisher";
}

/** What a request says about privacy. `gdpr` absent = the law applies. */
export interface ConsentSignals {
  readonly gdpr?: boolean;
  readonly tcString?: string | null;
}

export type ReadConsent = (signals: ConsentSignals, nowMs: number) => Consent;

/** The French authority's usual life of a choice and of an identifier. */
const lifeMonths = 13;
const surelyAliveMs = 390 * 24 * 3_600_000;
/** Strings are dated by the day and clocks differ: a day ahead is tolerated, more is junk. */
const aheadToleratedMs = 24 * 3_600_000;
/** TCF 2.2. Older policies were withdrawn in November 2023: a string that is both old in policy and young in date is junk. */
const oldestPolicyVersion = 4;
/** TCF 2.3: the disclosed vendors must be listed, by policy version or (older versions) when written from this day on. */
const disclosurePolicyVersion = 5;
const disclosureSinceMs = Date.UTC(2026, 2, 1);

const storeAndAccess = 1;
const basicAds = 2;
const createProfile = 3;
const useProfile = 4;
const measureAds = 7;
const preciseLocation = 1;

const everything: Omit<Consent, "basis"> = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: true,
  mayMeasure: true,
};
const withoutLaw: Consent = { ...everything, basis: "no_gdpr" };
const refusals = {
  missing: nothingBecause("missing"),
  malformed: nothingBecause("malformed"),
  expired: nothingBecause("expired"),
  vendor_refused: nothingBecause("vendor_refused"),
};

/**
 * Gives the function that turns a request's privacy signals into the one value every room obeys.
 *
 * - `gdpr: false`: no TCF rule applies and any string is ignored: everything is allowed ("no_gdpr").
 * - no string ("missing"), not a TCF 2.2/2.3 string or dated more than a day ahead ("malformed"), last updated more than
 *   13 calendar months ago ("expired"): nothing stored, nothing read, no place of the visitor's, nothing measured.
 * - role vendor: a purpose holds only with our own vendor bit, after publisher restrictions; a vendor that the string does
 *   not disclose (where it lists the disclosed ones, and always from TCF 2.3 on) has nothing ("vendor_refused").
 * - role publisher: the purposes of the publisher segment; without that segment nothing ("vendor_refused").
 *
 * Storing, profiling and precise places need consent; places and measuring may rest on legitimate interest, which never
 * lets anything be stored on the device or read from it (a position that the page sends is data given with the request).
 * Never throws. Throws a RangeError here, at start, for a vendor id out of range.
 */
export function createConsentReader(options: ConsentReaderOptions): ReadConsent {
  const { vendorId, role } = options;
  if (!Number.isInteger(vendorId) || vendorId < 1 || vendorId > 65_535)
    throw new RangeError("vendorId must be an integer from 1 to 65535");
  return (signals, nowMs) => {
    if (signals.gdpr === false) return withoutLaw;
    const tcString = signals.tcString ?? "";
    if (tcString === "") return refusals.missing;
    const facts = readTcString(tcString, vendorId);
    if (facts === null || facts.policyVersion < oldestPolicyVersion) return refusals.malformed;
    if (facts.lastUpdatedMs > nowMs + aheadToleratedMs) return refusals.malformed;
    if (hasExpired(facts.lastUpdatedMs, nowMs)) return refusals.expired;
    return role === "vendor" ? consentOfVendor(facts) : consentOfPublisher(facts);
  };
}

function consentOfVendor(facts: TcFacts): Consent {
  const disclosed = facts.vendorDisclosed ?? !mustDisclose(facts);
  if (!disclosed || !(facts.vendorConsent || facts.vendorLegitimateInterest))
    return refusals.vendor_refused;
  const { notAllowed, requireConsent, requireLegitimateInterest } = facts.restrictions;
  const consented = facts.vendorConsent
    ? facts.purposesConsent & ~notAllowed & ~requireLegitimateInterest
    : 0;
  const legitimate = facts.vendorLegitimateInterest
    ? facts.purposesLegitimateInterest & ~notAllowed & ~requireConsent
    : 0;
  return consentFrom(consented, legitimate, facts.vendorConsent && optedIn(facts));
}

function consentOfPublisher(facts: TcFacts): Consent {
  const { publisher } = facts;
  if (publisher === null) return refusals.vendor_refused;
  return consentFrom(
    publisher.purposesConsent,
    publisher.purposesLegitimateInterest,
    optedIn(facts),
  );
}

function consentFrom(consented: number, legitimate: number, mayUsePrecisePlace: boolean): Consent {
  const mayStore = hasPurpose(consented, storeAndAccess);
  return {
    mayStore,
    mayPersonalise:
      mayStore && hasPurpose(consented, createProfile) && hasPurpose(consented, useProfile),
    mayUsePlace: hasPurpose(consented | legitimate, basicAds),
    mayUsePrecisePlace,
    mayMeasure: hasPurpose(consented | legitimate, measureAds),
    basis: "tc_string",
  };
}

function optedIn(facts: TcFacts): boolean {
  return hasSpecialFeature(facts.specialFeatureOptIns, preciseLocation);
}

function mustDisclose(facts: TcFacts): boolean {
  return facts.policyVersion >= disclosurePolicyVersion || facts.lastUpdatedMs >= disclosureSinceMs;
}

function hasExpired(lastUpdatedMs: number, nowMs: number): boolean {
  // Nearly every string is young: the calendar is only asked about the few that are not.
  return nowMs - lastUpdatedMs > surelyAliveMs && nowMs >= endOfLifeMs(lastUpdatedMs);
}

/** The same day and hour 13 calendar months later (UTC), or the last day of that month when it is shorter. */
function endOfLifeMs(lastUpdatedMs: number): number {
  const date = new Date(lastUpdatedMs);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + lifeMonths);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime();
}

function nothingBecause(basis: ConsentBasis): Consent {
  return {
    mayStore: false,
    mayPersonalise: false,
    mayUsePlace: false,
    mayUsePrecisePlace: false,
    mayMeasure: false,
    basis,
  };
}
