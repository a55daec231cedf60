import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { truncateIp } from "../../../src/consent/truncateIp.ts";

describe("truncateIp", () => {
  test.each([
    ["203.0.113.77", "203.0.113.0"],
    ["203.0.113.77:51234", "203.0.113.0"],
    [" 0.0.0.0 ", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.0"],
    ["2001:db8:12:3456::1", "2001:db8:12::"],
    ["2001:0DB8:0012:3456:0000:0000:0000:0001", "2001:db8:12::"],
    ["[2001:db8:12:3456::1]:443", "2001:db8:12::"],
    ["[2001:db8:12:3456::1]", "2001:db8:12::"],
    ["2001:db8::1", "2001:db8::"],
    ["2001:0:0:1::", "2001::"],
    ["fe80::1%eth0", "fe80::"],
    ["::1", "::"],
    ["::", "::"],
    ["1:2:3:4:5:6:7::", "1:2:3::"],
    ["64:ff9b::203.0.113.77", "64:ff9b::"],
    ["::ffff:203.0.113.77", "203.0.113.0"],
    ["::ffff:cb00:714d", "203.0.113.0"],
    ["[::ffff:203.0.113.77]:80", "203.0.113.0"],
    ["2002:cb00:714d:1::1", "203.0.113.0"],
  ])("%s becomes %s", (address, expected) => {
    expect(truncateIp(address)).toBe(expected);
  });

  test.each([
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4:",
    "1.2.3.4:http",
    "0x1.2.3.4",
    "1.2.3.-4",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "g::1",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::1.2.3",
    "[1.2.3.4]",
    "[::1",
    "[::1]x",
    "unknown",
    "_hidden",
    `${"1".repeat(500)}`,
    "２０３.0.113.77",
  ])("%j is not an address", (address) => {
    expect(truncateIp(address)).toBeNull();
  });

  test("agrees with the platform on what an IPv4 address is, and never keeps its last number", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(truncateIp(address)).toBe(`${address.split(".").slice(0, 3).join(".")}.0`);
      }),
    );
  });

  test("gives the same network for every spelling of an IPv6 address, and nothing beyond 48 bits", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const truncated = truncateIp(address);
        expect(truncated).not.toBeNull();
        expect(isIPv6(truncated!) || isIPv4(truncated!)).toBe(true);
        expect(truncateIp(new URL(`http://[${address}]/`).hostname)).toBe(truncated);
        expect(truncateIp(truncated!)).toBe(truncated);
      }),
    );
  });

  test("gives an address or nothing for any text, and never throws", () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 90 }),
      fc.stringMatching(/^[0-9a-f:.[\]%]{0,40}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const truncated = truncateIp(text);
        if (truncated !== null) expect(isIPv4(truncated) || isIPv6(truncated)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
