import type { Consent } from "./types.ts";

/**
 * What is left of a choice where the visitor is said to be a minor (DSA, article 28): nothing is kept, read, measured or
 * located finer than anybody's page asks for, whatever the choice allows. Pure.
 */
export function consentOfMinor(consent: Consent): Consent {
  return {
    ...consent,
    mayStore: false,
    mayPersonalise: false,
    mayUsePrecisePlace: false,
    mayMeasure: false,
  };
}
