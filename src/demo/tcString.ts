/** What somebody chose in a consent window. */
export interface TcChoice {
  /** Purposes 1 to 11 that were allowed. */
  readonly purposes: readonly number[];
  /** Purposes of legitimate interest that were not objected to. */
  readonly legitimateInterests: readonly number[];
  /** Special features that were opted in; 1 = precise places. */
  readonly specialFeatures: readonly number[];
  /** Vendors that may (all of those shown, or none). */
  readonly vendors: readonly number[];
  /** Vendors that were shown. */
  readonly disclosedVendors: readonly number[];
  readonly nowMs: number;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The window of the demo is nobody's: an id that the IAB gives to no CMP. */
const cmpId = 4_095;
const tcfPolicyVersion = 5;
const dayMs = 86_400_000;

/** Everything, as "accept all" says it. */
export const everyPurpose: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/** Those that may rest on legitimate interest. */
export const interestPurposes: readonly number[] = [2, 7, 8, 9, 10, 11];

/** Accepting or refusing everything, before `vendorId`. */
export function wholeChoice(accepts: boolean, vendorId: number, nowMs: number): TcChoice {
  return {
    purposes: accepts ? everyPurpose : [],
    legitimateInterests: accepts ? interestPurposes : [],
    specialFeatures: accepts ? [1] : [],
    vendors: accepts ? [vendorId] : [],
    disclosedVendors: [vendorId],
    nowMs,
  };
}

/**
 * Writes a choice as a TCF 2.3 string: the core and the disclosed vendors. Days are all that it says of the time.
 * Source: IAB Tech Lab, "Consent string and vendor list formats v2".
 */
export function writeTcString(choice: TcChoice): string {
  const deciseconds = Math.floor(choice.nowMs / dayMs) * (dayMs / 100);
  const core = [
    bits(2, 6),
    bits(deciseconds, 36),
    bits(deciseconds, 36),
    bits(cmpId, 12),
    bits(1, 12),
    bits(1, 6),
    letters("FR"),
    bits(100, 12),
    bits(tcfPolicyVersion, 6),
    // For this site only, in standard words.
    "10",
    flags(choice.specialFeatures, 12),
    flags(choice.purposes, 24),
    flags(choice.legitimateInterests, 24),
    "0",
    letters("FR"),
    vendorField(choice.vendors),
    vendorField(choice.legitimateInterests.length > 0 ? choice.vendors : []),
    bits(0, 12),
  ].join("");
  const disclosed = bits(1, 3) + vendorField(choice.disclosedVendors);
  return `${base64Url(core)}.${base64Url(disclosed)}`;
}

function vendorField(vendors: readonly number[]): string {
  const highest = Math.max(0, ...vendors);
  return `${bits(highest, 16)}0${flags(vendors, highest)}`;
}

const bits = (value: number, length: number): string => value.toString(2).padStart(length, "0");

const flags = (numbers: readonly number[], length: number): string =>
  Array.from({ length }, (_, index) => (numbers.includes(index + 1) ? "1" : "0")).join("");

const letters = (text: string): string =>
  [...text].map((letter) => bits(letter.charCodeAt(0) - 65, 6)).join("");

function base64Url(text: string): string {
  const whole = text.padEnd(Math.ceil(text.length / 8) * 8, "0");
  const sextets = whole.match(/.{1,6}/g) ?? [];
  return sextets.map((six) => alphabet[Number.parseInt(six.padEnd(6, "0"), 2)]).join("");
}
