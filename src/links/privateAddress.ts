/**
 * Whether an IP address, as a URL's host or a name server writes it, is one that only a machine or a network of its own
 * reaches: private, loopback, link-local (a cloud's metadata), shared, reserved, multicast, or an IPv4 of these written
 * inside an IPv6. False for public addresses and for names. IANA special-purpose registries; pure.
 */
export function isPrivateAddress(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const four = parseIpv4(address);
  if (four !== null) return isPrivateIpv4(four);
  const groups = address.includes(":") ? parseIpv6(address) : null;
  return groups !== null && isPrivateIpv6(groups);
}

/** Whether a host is written as an IP address and not as a name. */
export function isAddress(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  return parseIpv4(address) !== null || (address.includes(":") && parseIpv6(address) !== null);
}

/** [first address, length of the prefix] of IPv4 blocks that are not for the internet. */
const privateBlocks: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

const compiledBlocks = privateBlocks.map(([first, bits]) => ({
  shift: 2 ** (32 - bits),
  block: Math.floor((parseIpv4(first) ?? 0) / 2 ** (32 - bits)),
}));

const isPrivateIpv4 = (address: number): boolean =>
  compiledBlocks.some(({ shift, block }) => Math.floor(address / shift) === block);

/** A number below 2^32, or null for what is no dotted IPv4. */
function parseIpv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (parts === null) return null;
  const bytes = parts.slice(1).map(Number);
  return bytes.some((byte) => byte > 255)
    ? null
    : bytes.reduce((address, byte) => address * 256 + byte, 0);
}

/** Eight groups of 16 bits, or null. */
function parseIpv6(text: string): readonly number[] | null {
  const dotted = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text);
  const last = dotted === null ? null : parseIpv4(dotted[2] ?? "");
  if (dotted !== null && last === null) return null;
  const hex =
    last === null
      ? text
      : `${dotted?.[1]}${Math.floor(last / 65_536).toString(16)}:${(last % 65_536).toString(16)}`;
  const halves = hex.split("::");
  if (halves.length > 2) return null;
  const [head = "", tail] = halves;
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

function groupsOf(text: string): readonly number[] | null {
  if (text === "") return [];
  const groups = text.split(":");
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null;
}

function isPrivateIpv6(groups: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  const embedded = g * 65_536 + h;
  const isZero = (...parts: readonly number[]): boolean => parts.every((part) => part === 0);
  // ::, ::1, IPv4-compatible; IPv4-mapped and -translated; NAT64; 6to4; Teredo hides any address.
  if (isZero(a, b, c, d, e) && (f === 0 || f === 0xffff)) {
    return f === 0 || isPrivateIpv4(embedded);
  }
  if (isZero(a, b, c, d) && e === 0xffff && f === 0) return isPrivateIpv4(embedded);
  if (a === 0x64 && b === 0xff9b) return !isZero(c, d, e, f) || isPrivateIpv4(embedded);
  if (a === 0x2002) return isPrivateIpv4(b * 65_536 + c);
  if (a === 0x2001 && (b < 0x200 || b === 0xdb8)) return true;
  // Everything that is allotted to the internet lies in 2000::/3.
  return (a & 0xe000) !== 0x2000;
}
