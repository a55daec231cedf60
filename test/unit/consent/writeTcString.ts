/** A TC string as the specification lays it out, written bit by bit: the tests' own pen, independent of the reader. */
export interface TcStringFields {
  readonly version?: number;
  readonly createdMs?: number;
  readonly lastUpdatedMs?: number;
  readonly policyVersion?: number;
  readonly specialFeatures?: readonly number[];
  readonly purposesConsent?: readonly number[];
  readonly purposesLegitimateInterest?: readonly number[];
  readonly vendorConsents?: VendorList;
  readonly vendorLegitimateInterests?: VendorList;
  readonly restrictions?: readonly {
    readonly purpose: number;
    readonly type: number;
    readonly ranges: readonly VendorRange[];
  }[];
  /** Null = no segment. */
  readonly disclosedVendors?: VendorList | null;
  readonly publisher?: {
    readonly consent: readonly number[];
    readonly legitimate: readonly number[];
  } | null;
}

export type VendorRange = readonly [first: number, last: number];
export type VendorList =
  | { readonly field: readonly number[]; readonly maxVendorId: number }
  | { readonly ranges: readonly VendorRange[]; readonly maxVendorId?: number };

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const nobody: VendorList = { field: [], maxVendorId: 0 };

export function writeTcString(fields: TcStringFields): string {
  const segments = [writeCore(fields)];
  if (fields.disclosedVendors) segments.push(`001${writeVendors(fields.disclosedVendors)}`);
  if (fields.publisher)
    segments.push(
      `011${writeSet(fields.publisher.consent, 24)}${writeSet(fields.publisher.legitimate, 24)}000000`,
    );
  return segments.map(toBase64Url).join(".");
}

function writeCore(fields: TcStringFields): string {
  const createdMs = fields.createdMs ?? fields.lastUpdatedMs ?? 0;
  return [
    writeInteger(fields.version ?? 2, 6),
    writeInteger(createdMs / 100, 36),
    writeInteger((fields.lastUpdatedMs ?? createdMs) / 100, 36),
    writeInteger(7, 12) +
      writeInteger(1, 12) +
      writeInteger(0, 6) +
      writeInteger(327, 12) +
      writeInteger(120, 12),
    writeInteger(fields.policyVersion ?? 4, 6),
    "10",
    writeSet(fields.specialFeatures ?? [], 12),
    writeSet(fields.purposesConsent ?? [], 24),
    writeSet(fields.purposesLegitimateInterest ?? [], 24),
    `0${writeInteger(327, 12)}`,
    writeVendors(fields.vendorConsents ?? nobody),
    writeVendors(fields.vendorLegitimateInterests ?? nobody),
    writeInteger(fields.restrictions?.length ?? 0, 12),
    ...(fields.restrictions ?? []).map(
      ({ purpose, type, ranges }) =>
        writeInteger(purpose, 6) + writeInteger(type, 2) + writeRanges(ranges),
    ),
  ].join("");
}

function writeVendors(list: VendorList): string {
  if ("field" in list)
    return `${writeInteger(list.maxVendorId, 16)}0${writeSet(list.field, list.maxVendorId)}`;
  const maxVendorId = list.maxVendorId ?? Math.max(0, ...list.ranges.map(([, last]) => last));
  return `${writeInteger(maxVendorId, 16)}1${writeRanges(list.ranges)}`;
}

function writeRanges(ranges: readonly VendorRange[]): string {
  const entries = ranges.map(([first, last]) =>
    first === last
      ? `0${writeInteger(first, 16)}`
      : `1${writeInteger(first, 16)}${writeInteger(last, 16)}`,
  );
  return writeInteger(ranges.length, 12) + entries.join("");
}

function writeInteger(value: number, bits: number): string {
  return value.toString(2).padStart(bits, "0");
}

function writeSet(members: readonly number[], size: number): string {
  return Array.from({ length: size }, (_, index) => (members.includes(index + 1) ? "1" : "0")).join(
    "",
  );
}

function toBase64Url(bits: string): string {
  const padded = bits.padEnd(Math.ceil(bits.length / 6) * 6, "0");
  return padded.replace(/.{6}/g, (sextet) => alphabet.charAt(Number.parseInt(sextet, 2)));
}
