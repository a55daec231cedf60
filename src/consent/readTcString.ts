/**
 * What a TC string says about one vendor. Purposes are bit masks as they stand in the string: purpose 1 is the highest
 * of 24 bits, special feature 1 the highest of 12 (ask with {@link hasPurpose} and {@link hasSpecialFeature}).
 */
export interface TcFacts {
  readonly createdMs: number;
  readonly lastUpdatedMs: number;
  /** 4 = TCF 2.2, 5 = TCF 2.3. */
  readonly policyVersion: number;
  readonly specialFeatureOptIns: number;
  readonly purposesConsent: number;
  readonly purposesLegitimateInterest: number;
  readonly vendorConsent: boolean;
  readonly vendorLegitimateInterest: boolean;
  /** Purposes on which the publisher restricts this vendor. */
  readonly restrictions: PurposeRestrictions;
  /** Whether the vendor was shown to the visitor; null = the string does not say (no such segment). */
  readonly vendorDisclosed: boolean | null;
  /** The publisher's own purposes; null = no such segment. */
  readonly publisher: PublisherPurposes | null;
}

export interface PurposeRestrictions {
  readonly notAllowed: number;
  readonly requireConsent: number;
  readonly requireLegitimateInterest: number;
}

export interface PublisherPurposes {
  readonly purposesConsent: number;
  readonly purposesLegitimateInterest: number;
}

/** Longer strings are junk: today's longest (all vendors, many restrictions) stay under 4,000 characters. */
export const maxTcStringLength = 8_192;

/**
 * Reads the few facts of a TCF 2 consent string that matter to one vendor, straight from the base64url characters,
 * without building the sets of all vendors. Null for anything that is not a whole, well-formed version 2 string of at
 * most 8,192 characters; never throws. `vendorId` is 1 to 65,535.
 * Source: IAB Tech Lab, "Consent string and vendor list formats v2" (bit layout of core and segments).
 */
export function readTcString(tcString: string, vendorId: number): TcFacts | null {
  if (tcString.length > maxTcStringLength || !wellFormed.test(tcString)) return null;
  const coreEnd = tcString.indexOf(".");
  const bits = bitsOf(tcString, 0, coreEnd === -1 ? tcString.length : coreEnd);
  if (readBits(bits, 6) !== 2) return null;
  const createdMs = readTimeMs(bits);
  const lastUpdatedMs = readTimeMs(bits);
  bits.position = 132;
  const policyVersion = readBits(bits, 6);
  bits.position = 140;
  const specialFeatureOptIns = readBits(bits, 12);
  const purposesConsent = readBits(bits, 24);
  const purposesLegitimateInterest = readBits(bits, 24);
  bits.position = 213;
  const vendorConsent = readVendorSection(bits, vendorId);
  const vendorLegitimateInterest = readVendorSection(bits, vendorId);
  const restrictions = readRestrictions(bits, vendorId);
  const segments = coreEnd === -1 ? noSegments : readSegments(tcString, coreEnd + 1, vendorId);
  if (bits.failed || segments === null) return null;
  return {
    createdMs,
    lastUpdatedMs,
    policyVersion,
    specialFeatureOptIns,
    purposesConsent,
    purposesLegitimateInterest,
    vendorConsent,
    vendorLegitimateInterest,
    restrictions,
    vendorDisclosed: segments.vendorDisclosed,
    publisher: segments.publisher,
  };
}

/** Whether `purpose` (1 to 24) is set in a mask of {@link TcFacts}. */
export function hasPurpose(mask: number, purpose: number): boolean {
  return ((mask >>> (24 - purpose)) & 1) === 1;
}

/** Whether special feature `feature` (1 to 12) is set in a mask of {@link TcFacts}. */
export function hasSpecialFeature(mask: number, feature: number): boolean {
  return ((mask >>> (12 - feature)) & 1) === 1;
}

const wellFormed = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,3}$/;

/** A cursor over the bits of one segment. A read past the end sets `failed` and gives zeros. */
interface Bits {
  readonly text: string;
  readonly start: number;
  readonly length: number;
  position: number;
  failed: boolean;
}

const sextets = (() => {
  const table = new Uint8Array(128);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value;
  return table;
})();

function bitsOf(text: string, start: number, end: number): Bits {
  return { text, start, length: (end - start) * 6, position: 0, failed: false };
}

/** The next `count` bits (1 to 24) as a number; at most five characters hold them. */
function readBits(bits: Bits, count: number): number {
  const from = bits.position;
  const to = from + count;
  bits.position = to;
  if (to > bits.length) {
    bits.failed = true;
    return 0;
  }
  const firstChar = Math.trunc(from / 6);
  const lastChar = Math.trunc((to - 1) / 6);
  let value = 0;
  for (let char = firstChar; char <= lastChar; char++)
    value = (value << 6) | (sextets[bits.text.charCodeAt(bits.start + char)] ?? 0);
  return (value >>> ((lastChar + 1) * 6 - to)) & ((1 << count) - 1);
}

/** 36 bits of deciseconds since 1970. */
function readTimeMs(bits: Bits): number {
  const high = readBits(bits, 18);
  return (high * 2 ** 18 + readBits(bits, 18)) * 100;
}

/** A section that lists vendors, as a bit field or as ranges; leaves the cursor after it. */
function readVendorSection(bits: Bits, vendorId: number): boolean {
  const maxVendorId = readBits(bits, 16);
  if (readBits(bits, 1) === 1) return readRanges(bits, vendorId);
  const first = bits.position;
  bits.position = first + maxVendorId;
  if (bits.position > bits.length) bits.failed = true;
  if (bits.failed || vendorId > maxVendorId) return false;
  const char = first + vendorId - 1;
  const sextet = sextets[bits.text.charCodeAt(bits.start + Math.trunc(char / 6))] ?? 0;
  return ((sextet >>> (5 - (char % 6))) & 1) === 1;
}

/** A counted list of single vendors and inclusive ranges of them; leaves the cursor after it. */
function readRanges(bits: Bits, vendorId: number): boolean {
  const count = readBits(bits, 12);
  let found = false;
  for (let entry = 0; entry < count && !bits.failed; entry++) {
    const entryHead = readBits(bits, 17);
    const first = entryHead & 0xffff;
    const last = entryHead > 0xffff ? readBits(bits, 16) : first;
    if (last < first) bits.failed = true;
    if (vendorId >= first && vendorId <= last) found = true;
  }
  return found && !bits.failed;
}

function readRestrictions(bits: Bits, vendorId: number): PurposeRestrictions {
  const count = readBits(bits, 12);
  let notAllowed = 0;
  let requireConsent = 0;
  let requireLegitimateInterest = 0;
  for (let entry = 0; entry < count && !bits.failed; entry++) {
    const purpose = readBits(bits, 6);
    const type = readBits(bits, 2);
    if (!readRanges(bits, vendorId) || purpose < 1 || purpose > 24) continue;
    const mask = 1 << (24 - purpose);
    if (type === 0) notAllowed |= mask;
    else if (type === 1) requireConsent |= mask;
    else if (type === 2) requireLegitimateInterest |= mask;
  }
  return { notAllowed, requireConsent, requireLegitimateInterest };
}

interface Segments {
  readonly vendorDisclosed: boolean | null;
  readonly publisher: PublisherPurposes | null;
}

const noSegments: Segments = { vendorDisclosed: null, publisher: null };

/** Reads the segments after the core; null when one is broken or comes twice. Unknown types are skipped, as the format asks. */
function readSegments(text: string, from: number, vendorId: number): Segments | null {
  let vendorDisclosed: boolean | null = null;
  let publisher: PublisherPurposes | null = null;
  for (let start = from; start < text.length; ) {
    const dot = text.indexOf(".", start);
    const end = dot === -1 ? text.length : dot;
    const bits = bitsOf(text, start, end);
    const type = readBits(bits, 3);
    if (type === 1) {
      if (vendorDisclosed !== null) return null;
      vendorDisclosed = readVendorSection(bits, vendorId);
    } else if (type === 3) {
      if (publisher !== null) return null;
      publisher = {
        purposesConsent: readBits(bits, 24),
        purposesLegitimateInterest: readBits(bits, 24),
      };
    }
    if (bits.failed) return null;
    start = end + 1;
  }
  return { vendorDisclosed, publisher };
}
