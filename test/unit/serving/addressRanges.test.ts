import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compileRanges,
  createAddressRanges,
  isPrivateAddress,
  parseAddress,
  parseRange,
} from "../../../src/serving/addressRanges.ts";

const byte = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join("."));
const parsed = (text: string) => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is not an address`);
  return address;
};

const rangesOf = (texts: readonly string[]) =>
  createAddressRanges(compileRanges(texts.map((text) => parseRange(text))));

describe("an address", () => {
  test.each([
    ["203.0.113.7", 4, 0xcb007107, 0],
    ["0.0.0.0", 4, 0, 0],
    ["255.255.255.255", 4, 0xffffffff, 0],
    ["2001:db8::1", 6, 0x20010db8, 0],
    ["2001:DB8:12:34:5:6:7:8", 6, 0x20010db8, 0x00120034],
    ["2001:db8:12:34::", 6, 0x20010db8, 0x00120034],
    ["::", 6, 0, 0],
    ["::1", 6, 0, 0],
    ["1::", 6, 0x10000, 0],
    ["fe80::1%eth0", 6, 0xfe800000, 0],
    ["::ffff:203.0.113.7", 4, 0xcb007107, 0],
    ["::ffff:cb00:7107", 4, 0xcb007107, 0],
    ["64:ff9b::203.0.113.7", 6, 0x0064ff9b, 0],
  ] as const)("%s is read", (text, family, high, low) => {
    expect(parseAddress(text)).toEqual({ family, high, low });
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1..2.3",
    "1.2.3.4 ",
    ":",
    ":::",
    "1:2:3",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "1:2:3:4:5:6:7:8::",
    "::12345",
    "::g",
    "1:2:3:4:5:6:7:1.2.3.4",
    ":1:2:3:4:5:6:7",
    "x".repeat(500),
  ])("“%s” is none", (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test("is one exactly when Node says so", () => {
    const text = fc.oneof(
      ipv4,
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(..."01af:.%"), maxLength: 20 }),
    );
    const check = fc.property(text, (address) => {
      const bare = address.split("%")[0] ?? "";
      expect(parseAddress(address) !== null).toBe(isIP(bare) !== 0);
    });
    fc.assert(check, { numRuns: 2_000 });
  });
});

test("private, shared, local and link-local networks are told from public ones", () => {
  for (const address of [
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.1.1",
    "::1",
    "::ffff:127.0.0.1",
    "fd12:3456::1",
    "fe80::1",
  ])
    expect(isPrivateAddress(parsed(address)), address).toBe(true);
  for (const address of ["11.1.2.3", "172.32.0.1", "100.128.0.1", "2001:db8::1", "fec0::1", "1::"])
    expect(isPrivateAddress(parsed(address)), address).toBe(false);
});

describe("ranges", () => {
  test("contain their first and last address and not their neighbours'", () => {
    const ranges = rangesOf(["198.51.100.0/24", "2001:db8::/32"]);
    for (const inside of ["198.51.100.0", "198.51.100.255", "2001:db8::", "2001:db8:ffff:ffff::1"])
      expect(ranges.contains(parsed(inside)), inside).toBe(true);
    for (const outside of ["198.51.99.255", "198.51.101.0", "2001:db7:ffff::", "2001:db9::"])
      expect(ranges.contains(parsed(outside)), outside).toBe(false);
  });

  test("take a single address, a block with odd bits and a block within a block", () => {
    const blocks = ["192.0.2.9", "198.51.100.77/24", "198.51.100.64/26", "198.51.0.0/16"];
    const ranges = rangesOf(blocks);
    expect(ranges.count).toBe(2);
    expect(ranges.contains(parsed("192.0.2.9"))).toBe(true);
    expect(ranges.contains(parsed("192.0.2.8"))).toBe(false);
    expect(ranges.contains(parsed("198.51.255.255"))).toBe(true);
  });

  test("agree with Node's own list, whatever the blocks", () => {
    const block = fc.oneof(
      fc.tuple(fc.constantFrom("10", "11"), byte, byte, byte, fc.integer({ min: 8, max: 32 })),
    );
    const check = fc.property(
      fc.array(block, { maxLength: 30 }),
      fc.array(fc.tuple(fc.constantFrom("10", "11", "12"), byte, byte, byte), { minLength: 20 }),
      (blocks, addresses) => {
        const texts = blocks.map(
          ([a, b, c, d, prefix]) => [`${a}.${b}.${c}.${d}`, prefix] as const,
        );
        const ranges = rangesOf(texts.map(([address, prefix]) => `${address}/${prefix}`));
        const list = new BlockList();
        for (const [address, prefix] of texts) list.addSubnet(address, prefix);
        for (const parts of addresses) {
          const address = parts.join(".");
          expect(ranges.contains(parsed(address))).toBe(list.check(address));
        }
      },
    );
    fc.assert(check, { numRuns: 200 });
  });

  test("of an empty list contain nobody", () => {
    expect(rangesOf([]).contains(parsed("203.0.113.7"))).toBe(false);
  });

  test.each([
    ["0.0.0.0/0", "is larger than a /8"],
    ["2000::/3", "is larger than a /16"],
    ["198.51.100.0/33", "needs a prefix of at most 32"],
    ["198.51.100.0/x", "needs a prefix of at most 32"],
    ["2001:db8::/129", "needs a prefix of at most 128"],
    ["example.org", "is not an address or a CIDR block"],
  ])("%s is refused: it %s", (text, rule) => {
    expect(() => parseRange(text)).toThrow(rule);
  });
});
