import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareHmac, sha256 } from "../../src/preparedHmac.ts";

describe("a prepared HMAC-SHA-256", () => {
  it("is that of node:crypto for any key and message", () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
    fc.assert(
      fc.property(bytes(200), bytes(400), bytes(400), (key, first, second) => {
        const hmac = prepareHmac(key);
        for (const message of [first, second, first]) {
          const expected = createHmac("sha256", key).update(message).digest("hex");
          expect(hmac(message).toString("hex")).toBe(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is that of node:crypto at every length around the borders of blocks", () => {
    const hmac = prepareHmac(Buffer.from("a key of the tests"));
    for (let length = 0; length <= 260; length++) {
      const message = Buffer.alloc(length, length);
      const expected = createHmac("sha256", "a key of the tests").update(message).digest("hex");
      expect(hmac(message).toString("hex")).toBe(expected);
    }
  });

  it("keeps to the test cases of RFC 4231, with short and long keys", () => {
    const cases = [
      [
        "4a656665",
        "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      ],
      [
        "aa".repeat(131),
        Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First").toString("hex"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      ],
    ] as const;
    for (const [key, message, digest] of cases)
      expect(
        prepareHmac(Buffer.from(key, "hex"))(Buffer.from(message, "hex")).toString("hex"),
      ).toBe(digest);
  });

  it("comes with a plain SHA-256 that is that of node:crypto", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
        const expected = createHash("sha256").update(message).digest("hex");
        expect(sha256(message).toString("hex")).toBe(expected);
      }),
    );
  });

  it("gives each caller bytes of its own", () => {
    const hmac = prepareHmac(Buffer.from("key"));
    const first = hmac(Buffer.from("one"));
    const kept = first.toString("hex");
    hmac(Buffer.from("two"));
    expect(first.toString("hex")).toBe(kept);
  });
});
