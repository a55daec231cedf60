/** An address as two numbers of 32 bits: of IPv6 the first 64 bits, for nobody is given less than these; of IPv4 all of it. */
export interface ParsedAddress {
  readonly family: 4 | 6;
  readonly high: number;
  /** 0 for IPv4. */
  readonly low: number;
}

/** First and last address of a CIDR block. */
export interface AddressRange {
  readonly first: ParsedAddress;
  readonly last: ParsedAddress;
}

export interface AddressRanges {
  /** Distinct ranges after merging. */
  readonly count: number;
  readonly contains: (address: ParsedAddress) => boolean;
}

/** Why a line of an operator's file is not taken. */
export class AddressRangeError extends Error {
  override readonly name = "AddressRangeError";
}

/** The shortest prefixes that a file of ranges may hold: a slip like "0.0.0.0/0" must not take in everybody. */
const shortestPrefix = { 4: 8, 6: 16 } as const;
const longestAddress = 45;

/**
 * Reads "203.0.113.7" or "2001:db8::1" (a zone id is dropped); IPv6 that carries an IPv4 address (`::ffff:a.b.c.d`) is
 * that address. Null for anything else; never throws. Written for speed: tracking asks for each event.
 */
export function parseAddress(text: string): ParsedAddress | null {
  const zone = text.indexOf("%");
  const end = zone < 0 ? text.length : zone;
  if (end > longestAddress) return null;
  if (text.indexOf(":") < 0) {
    const bits = parse4(text, 0, end);
    return bits < 0 ? null : { family: 4, high: bits, low: 0 };
  }
  return parse6(text, end);
}

/** The 32 bits of a dotted address, or −1. */
function parse4(text: string, from: number, end: number): number {
  let bits = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (digits === 0 || ++dots > 3) return -1;
      bits = bits * 256 + part;
      part = 0;
      digits = 0;
    } else {
      const digit = code - 48;
      // "010" is eight to some and ten to others.
      if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return -1;
      part = part * 10 + digit;
      digits++;
      if (part > 255) return -1;
    }
  }
  return dots === 3 && digits > 0 ? bits * 256 + part : -1;
}

const hextets = new Uint16Array(8);

function parse6(text: string, end: number): ParsedAddress | null {
  const count = readHextets(text, end);
  if (count !== 8) return null;
  const [a, b, c, d, e, f, g, h] = hextets as unknown as Hextets;
  if (a + b + c + d + e === 0 && f === 0xffff) return { family: 4, high: g * 65_536 + h, low: 0 };
  return { family: 6, high: a * 65_536 + b, low: c * 65_536 + d };
}

type Hextets = readonly [number, number, number, number, number, number, number, number];

/** Fills `hextets`; answers 8, or another number for what is no address. */
function readHextets(text: string, end: number): number {
  let count = 0;
  let gap = -1;
  let at = 0;
  while (at < end) {
    if (text.startsWith("::", at)) {
      if (gap >= 0) return 0;
      gap = count;
      at += 2;
      continue;
    }
    if (at > 0 && text.charCodeAt(at - 1) !== 58) {
      if (text.charCodeAt(at) !== 58) return 0;
      at++;
    }
    const colon = text.indexOf(":", at);
    const stop = colon < 0 || colon > end ? end : colon;
    const dotted = colon < 0 ? parse4(text, at, end) : -1;
    if (dotted >= 0) {
      if (count > 6) return 0;
      hextets[count++] = Math.floor(dotted / 65_536);
      hextets[count++] = dotted % 65_536;
    } else {
      const value = parseHextet(text, at, stop);
      if (value < 0 || count > 7) return 0;
      hextets[count++] = value;
    }
    at = stop;
  }
  return gap < 0 ? count : spreadGap(count, gap);
}

function spreadGap(count: number, gap: number): number {
  if (count > 7) return 0;
  hextets.copyWithin(8 - (count - gap), gap, count);
  hextets.fill(0, gap, 8 - (count - gap));
  return 8;
}

function parseHextet(text: string, from: number, end: number): number {
  if (end === from || end - from > 4) return -1;
  let value = 0;
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at) | 32;
    const digit = code >= 97 && code <= 102 ? code - 87 : text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 15 || (digit > 9 && code < 97)) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/**
 * Reads one CIDR block ("203.0.113.0/24", "2001:db8::/32") or one address; bits beyond the prefix are ignored, an IPv6
 * prefix longer than 64 counts as 64. Throws an AddressRangeError, also for a block larger than an IPv4 /8 or IPv6 /16.
 */
export function parseRange(text: string): AddressRange {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) throw new AddressRangeError("is not an address or a CIDR block");
  const width = address.family === 4 ? 32 : 128;
  const prefixText = slash < 0 ? String(width) : text.slice(slash + 1);
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  if (!(prefix <= width)) throw new AddressRangeError(`needs a prefix of at most ${width}`);
  const shortest = shortestPrefix[address.family];
  if (prefix < shortest) throw new AddressRangeError(`is larger than a /${shortest}`);
  return blockOf(address, prefix);
}

function blockOf({ family, high, low }: ParsedAddress, prefix: number): AddressRange {
  const highSize = 2 ** Math.max(0, 32 - prefix);
  const lowSize = 2 ** Math.min(32, Math.max(0, 64 - prefix));
  const first = {
    family,
    high: Math.floor(high / highSize) * highSize,
    low: Math.floor(low / lowSize) * lowSize,
  };
  const lastLow = family === 4 ? 0 : first.low + lowSize - 1;
  return { first, last: { family, high: first.high + highSize - 1, low: lastLow } };
}

/** Ranges as numbers that travel between threads: see `stride`. */
export interface AddressTables {
  readonly 4: Uint32Array<ArrayBuffer>;
  readonly 6: Uint32Array<ArrayBuffer>;
}

/** Sorts and merges blocks. 200,000 in no order take about half a second: do it in a thread of its own. */
export function compileRanges(blocks: readonly AddressRange[]): AddressTables {
  return {
    4: createTable(blocks.filter(({ first }) => first.family === 4)),
    6: createTable(blocks.filter(({ first }) => first.family === 6)),
  };
}

/** Look-ups in compiled ranges halve their way: a fraction of a microsecond. */
export function createAddressRanges(tables: AddressTables): AddressRanges {
  return {
    count: (tables[4].length + tables[6].length) / stride,
    contains: (address) => isInTable(tables[address.family], address),
  };
}

/** First high and low, last high and low of each range, ascending and apart from each other. */
const stride = 4;

function createTable(blocks: readonly AddressRange[]): Uint32Array<ArrayBuffer> {
  const sorted = blocks.toSorted((a, b) => compare(a.first, b.first));
  const kept: AddressRange[] = [];
  for (const block of sorted) {
    const before = kept.at(-1);
    // CIDR blocks lie within each other or apart, never across: the larger one of two with the same start may come second.
    if (before === undefined || compare(block.first, before.last) > 0) kept.push(block);
    else if (compare(block.last, before.last) > 0) kept[kept.length - 1] = block;
  }
  return Uint32Array.from(
    kept.flatMap(({ first, last }) => [first.high, first.low, last.high, last.low]),
  );
}

function compare(a: ParsedAddress, b: ParsedAddress): number {
  return a.high - b.high || a.low - b.low;
}

function isInTable(table: Uint32Array, { high, low }: ParsedAddress): boolean {
  let from = 0;
  let to = table.length / stride;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const firstHigh = table[stride * middle]!;
    if (firstHigh < high || (firstHigh === high && table[stride * middle + 1]! <= low))
      from = middle + 1;
    else to = middle;
  }
  if (from === 0) return false;
  const lastHigh = table[stride * from - 2]!;
  return high < lastHigh || (high === lastHigh && low <= table[stride * from - 1]!);
}

/** RFC 1918, 6598, 3927: private, shared and link-local networks; loopback, "this" network. */
const privateNetworks = createAddressRanges(
  compileRanges(
    [
      "0.0.0.0/8",
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.168.0.0/16",
    ].map(parseRange),
  ),
);

/**
 * Whether an address is of a private or local network, where no visitor of a public page is: our own machines, or a proxy
 * that nobody told us of.
 */
export function isPrivateAddress(address: ParsedAddress): boolean {
  const { family, high, low } = address;
  if (family === 4) return privateNetworks.contains(address);
  // "::1" and "::", fc00::/7 (RFC 4193), fe80::/10 (RFC 4291).
  return (high === 0 && low === 0) || high >>> 25 === 0x7e || high >>> 22 === 0x3fa;
}
