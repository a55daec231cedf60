import type { Consent } from "./types.ts";

/** The purposes that a choice allows, in the order of their bits. */
export const consentPurposes = [
  "store",
  "personalise",
  "place",
  "precise_place",
  "measure",
] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

/** What is allowed as five bits, for a log of changes. Pure. */
export function consentBits(consent: Omit<Consent, "basis">): number {
  const { mayStore, mayPersonalise, mayUsePlace, mayUsePrecisePlace, mayMeasure } = consent;
  const flags = [mayStore, mayPersonalise, mayUsePlace, mayUsePrecisePlace, mayMeasure];
  return flags.reduce((bits, flag, index) => (flag ? bits | (1 << index) : bits), 0);
}

/** The purposes that stand for the bits. */
export function purposesOfBits(bits: number): readonly ConsentPurpose[] {
  return consentPurposes.filter((_purpose, index) => (bits & (1 << index)) !== 0);
}

/**
 * Whether a request says that nothing may be kept of its visitor any more: a choice that is there and refuses it, or that has
 * run out. A request that says nothing, or nothing readable, withdraws nothing. Pure.
 */
export function isWithdrawal({ mayStore, basis }: Pick<Consent, "mayStore" | "basis">): boolean {
  return !mayStore && (basis === "tc_string" || basis === "vendor_refused" || basis === "expired");
}
