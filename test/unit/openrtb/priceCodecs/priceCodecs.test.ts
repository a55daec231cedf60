import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64Price } from "../../../../src/openrtb/priceCodecs/base64Price.ts";
import { clearPrice } from "../../../../src/openrtb/priceCodecs/clearPrice.ts";
import { hmacPrice } from "../../../../src/openrtb/priceCodecs/hmacPrice.ts";
import { maxPriceMicros } from "../../../../src/openrtb/priceCodecs/priceCodec.ts";

/** The keys and messages that Google's documentation of price confirmations gives as examples. */
const documented = {
  encryption: Buffer.from("skU7Ax_NL5pPAFyKdkfZjZz2-VhIN8bjj1rVFOaJ_5o=", "base64url"),
  integrity: Buffer.from("arO23ykdNqUQ5LEoQ0FVmPkBd7xB5CO89PDZlSjpFxo=", "base64url"),
};
const vector = Buffer.from("abc123def456ghi7", "latin1");
const google = hmacPrice(documented, () => vector);
const examples: readonly (readonly [string, number])[] = [
  ["YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce_6msaw", 100],
  ["YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgA", 1900],
  ["YWJjMTIzZGVmNDU2Z2hpN7fhCuPemC32prpWWw", 2700],
];

describe("prices encrypted as Google documents it", () => {
  test.each(examples)("%s is %i micros, read and written", (text, micros) => {
    expect(google.decode(text)).toBe(micros);
    expect(google.encode(micros)).toBe(text);
  });

  test("the standard alphabet of base64 and padding of either kind are read too", () => {
    const [text] = examples[0]!;
    const standard = text.replaceAll("-", "+").replaceAll("_", "/");
    expect([`${text}==`, `${text}..`, standard, `${standard}==`].map(google.decode)).toEqual([
      100, 100, 100, 100,
    ]);
  });

  test("one changed bit anywhere is no price", () => {
    const message = Buffer.from(examples[1]![0], "base64url");
    for (let bit = 0; bit < message.length * 8; bit++) {
      const changed = Buffer.from(message);
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
      expect(google.decode(changed.toString("base64url")), `bit ${bit}`).toBeNull();
    }
  });

  test("another exchange's integrity key refuses it", () => {
    const keys = { encryption: documented.encryption, integrity: Buffer.alloc(32, 7) };
    expect(hmacPrice(keys, () => vector).decode(examples[0]![0])).toBeNull();
  });

  test("keys of another length are refused at once", () => {
    const short = { encryption: Buffer.alloc(16), integrity: Buffer.alloc(32) };
    expect(() => hmacPrice(short, () => vector)).toThrow(RangeError);
  });
});

describe("prices in clear", () => {
  test.each([
    ["1.23", 1_230_000],
    ["0", 0],
    ["1.2300000000001", 1_230_000],
    ["5e-1", 500_000],
    ["0.000001", 1],
    ["1000000", maxPriceMicros],
  ])("%s is %i micros", (text, micros) => {
    expect(clearPrice.decode(text)).toBe(micros);
  });

  test.each(["", "-1", "1,5", "NaN", "Infinity", "0x10", "1.", ".5", "1e99", "2000000", " 1"])(
    "%j is no price",
    (text) => {
      expect(clearPrice.decode(text)).toBeNull();
    },
  );
});

test("what a codec writes it reads again, to the micro", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: maxPriceMicros }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      (micros, bytes) => {
        const codecs = [clearPrice, base64Price, hmacPrice(documented, () => bytes)];
        for (const codec of codecs) expect(codec.decode(codec.encode(micros))).toBe(micros);
      },
    ),
  );
});

test("no text makes a codec throw or answer with what is no price", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.constantFrom("AUDIT", "MS4yMw", "MQ=="),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const codec of [clearPrice, base64Price, google]) {
        const micros = codec.decode(text);
        expect(micros === null || (Number.isInteger(micros) && micros >= 0)).toBe(true);
      }
    }),
  );
});
