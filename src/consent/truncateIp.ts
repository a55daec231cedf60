/**
 * Shortens an address so that it no longer names a line: IPv4 to its first 24 bits ("203.0.113.0"), IPv6 to its first 48
 * ("2001:db8:12::", RFC 5952 form). IPv6 that carries an IPv4 address in those bits (mapped `::ffff:a.b.c.d`, 6to4
 * `2002::/16`) is shortened as that IPv4. Brackets, a port and a zone id are dropped first.
 * Null for anything that is not an address; never throws.
 */
export function truncateIp(address: string): string | null {
  if (address.length > maxAddressLength) return null;
  const bare = withoutPort(address.trim());
  if (bare === null) return null;
  if (!bare.includes(":")) return truncated4(parseIpv4(bare));
  const zone = bare.indexOf("%");
  const hextets = parseIpv6(zone === -1 ? bare : bare.slice(0, zone));
  if (hextets === null) return null;
  const embedded = embeddedIpv4(hextets);
  return embedded === null ? truncated6(hextets) : truncated4(embedded);
}

const dot = 46;
const zero = 48;
/** The longest written form: 45 characters of address, plus zone id, brackets and port. */
const maxAddressLength = 80;

/** "1.2.3.4:80" and "[::1]:80" lose their port; a lone IPv6 is left as it is. Null = brackets or port that make no sense. */
function withoutPort(text: string): string | null {
  if (text.startsWith("[")) {
    const match = /^\[([^[\]]+)\](?::\d{1,5})?$/.exec(text);
    return match?.[1]?.includes(":") === true ? match[1] : null;
  }
  const colon = text.indexOf(":");
  if (colon === -1 || colon !== text.lastIndexOf(":")) return text;
  return /^\d{1,5}$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : null;
}

/** Four decimal numbers; leading zeros are refused, since some read them as octal. */
function parseIpv4(text: string): readonly number[] | null {
  const numbers: number[] = [];
  let number = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? dot : text.charCodeAt(at);
    if (code === dot) {
      if (number < 0) return null;
      numbers.push(number);
      number = -1;
      continue;
    }
    const digit = code - zero;
    if (digit < 0 || digit > 9 || number === 0) return null;
    number = number < 0 ? digit : 10 * number + digit;
    if (number > 255) return null;
  }
  return numbers.length === 4 ? numbers : null;
}

function parseIpv6(text: string): readonly number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = parseHextets(halves[0] ?? "");
  const tail = halves.length === 2 ? parseHextets(halves[1] ?? "") : [];
  if (head === null || tail === null) return null;
  const given = head.length + tail.length;
  if (halves.length === 1) return given === 8 ? head : null;
  if (given > 7 || halves[0]?.includes(".")) return null;
  return [...head, ...Array.from({ length: 8 - given }, () => 0), ...tail];
}

/** Colon-separated hextets; the last may be an IPv4 address, worth two. */
function parseHextets(text: string): readonly number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const hextets: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.includes(".")) {
      const ipv4 = index === parts.length - 1 ? parseIpv4(part) : null;
      if (ipv4 === null) return null;
      const [a = 0, b = 0, c = 0, d = 0] = ipv4;
      hextets.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) hextets.push(Number.parseInt(part, 16));
    else return null;
  }
  return hextets;
}

function embeddedIpv4(hextets: readonly number[]): readonly number[] | null {
  const mapped = hextets[5] === 0xffff && hextets.slice(0, 5).every((hextet) => hextet === 0);
  const sixToFour = hextets[0] === 0x2002;
  if (!mapped && !sixToFour) return null;
  const [high = 0, low = 0] = mapped ? hextets.slice(6) : hextets.slice(1);
  return [high >> 8, high & 255, low >> 8, low & 255];
}

function truncated4(numbers: readonly number[] | null): string | null {
  return numbers === null ? null : `${numbers[0]}.${numbers[1]}.${numbers[2]}.0`;
}

function truncated6(hextets: readonly number[]): string {
  const kept = hextets.slice(0, 3);
  while (kept.at(-1) === 0) kept.pop();
  return `${kept.map((hextet) => hextet.toString(16)).join(":")}::`;
}
