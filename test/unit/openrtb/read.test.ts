import { expect, test } from "vitest";
import { hostOf } from "../../../src/openrtb/host.ts";
import { currencyOf, readFloor } from "../../../src/openrtb/money.ts";
import {
  flagOf,
  integerOf,
  integersOf,
  isLongerThan,
  numberOf,
  objectOf,
  positiveOf,
  textOf,
  textsOf,
} from "../../../src/openrtb/read.ts";

test.each([
  [1.5, 1.5],
  ["1.5", 1.5],
  [" -2 ", -2],
  [".5", 0.5],
  ["1e3", 1000],
  ["1,5", null],
  ["0x10", null],
  ["1e999", null],
  ["", null],
  [true, null],
  [null, null],
  [Number.NaN, null],
  [[1], null],
])("the number of %j is %j", (value, number) => {
  expect(numberOf(value)).toBe(number);
});

test("integers lose their fraction, and are safe to count with", () => {
  expect(integerOf("933.33")).toBe(933);
  expect(Object.is(integerOf("-0.5"), 0)).toBe(true);
  expect(integerOf(1e300)).toBeNull();
  expect(positiveOf(0)).toBeNull();
  expect(positiveOf("0.9")).toBeNull();
});

test.each([
  [1, true],
  ["1", true],
  ["TRUE", true],
  [true, true],
  [0, false],
  ["false", false],
  [2, null],
  ["yes", null],
  [undefined, null],
])("the flag of %j is %j", (value, flag) => {
  expect(flagOf(value)).toBe(flag);
});

test("texts are cut, trimmed and freed of what no database takes; numbers are written out", () => {
  expect(textOf("  abc  ", 3)).toBe("a");
  expect(textOf("a\u0000b\u0085", 9)).toBe("ab");
  expect(textOf("\u0000", 9)).toBeNull();
  // Cut between the halves of one character.
  expect(textOf("ab😀", 3)).toBe("ab\ufffd");
  expect(textOf("Île 😀", 9)).toBe("Île 😀");
  expect(textOf(87_000, 9)).toBe("87000");
  expect(textOf({ toString: () => "x" }, 9)).toBeNull();
});

test("lists may be one value, or one text with commas; what does not belong is left out", () => {
  expect(textsOf("a, b,,c", 9, 9)).toEqual(["a", "b", "c"]);
  expect(textsOf(["a,b", 1, null, {}], 9, 9)).toEqual(["a,b", "1"]);
  expect(integersOf("1, 2", 9)).toEqual([1, 2]);
  expect(integersOf([1, "2", "x", null, 3.7], 9)).toEqual([1, 2, 3]);
  expect(textsOf("a,b,c", 2, 9)).toEqual(["a", "b"]);
  expect(isLongerThan(["a", "b"], 2)).toBe(false);
  expect(isLongerThan("a,b,c", 2)).toBe(true);
});

test("an object may be wrapped in a list, a list of values is none", () => {
  expect(objectOf([{ a: 1 }])).toEqual({ a: 1 });
  expect(objectOf([[{ a: 1 }]])).toBeNull();
  expect(objectOf(["a"])).toBeNull();
  expect(objectOf("a")).toBeNull();
});

test.each([
  ["www.Ford.com", "ford.com"],
  ["https://user@shop.ford.com:8443/a?b#c", "shop.ford.com"],
  ["ford.com.", "ford.com"],
  ["//ford.com", null],
  ["boulangerie-é.fr", "xn--boulangerie--meb.fr"],
  ["a b", null],
  ["www.", "www"],
  ["http://", null],
  [`${"a".repeat(300)}.fr`, null],
])("the host of %j is %j", (value, host) => {
  expect(hostOf(value)).toBe(host);
});

test("currencies default to the dollar only where nothing is said", () => {
  expect(currencyOf(undefined)).toBe("USD");
  expect(currencyOf(" eur")).toBe("EUR");
  expect(currencyOf("€")).toBe("XXX");
  expect(currencyOf(978)).toBe("XXX");
});

test("floors are exact micros, and bounded", () => {
  const read = (value: unknown) => {
    const faults = { first: null };
    return [readFloor(value, "f", faults), faults.first];
  };
  expect(read(1.1)).toEqual([1_100_000, null]);
  expect(read("0.29")).toEqual([290_000, null]);
  expect(read(undefined)).toEqual([0, null]);
  expect(read(1e300)).toEqual([1_000_000_000_000_000, null]);
  expect(read(-0.01)).toEqual([0, "f is negative"]);
  expect(read("1,10")).toEqual([0, "f is not a number"]);
});
