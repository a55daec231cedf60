import fc from "fast-check";
import { expect, test } from "vitest";
import { europeanSectionOf } from "../../../src/openrtb/gppSection.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The code word of the specification: the largest Fibonacci numbers that make it up, and one more 1. */
function fibonacci(number: number): string {
  const numbers = [1, 2];
  while ((numbers.at(-1) as number) <= number)
    numbers.push((numbers.at(-1) as number) + (numbers.at(-2) as number));
  let rest = number;
  const bits: string[] = [];
  for (const it of numbers.toReversed()) {
    const isIn = it <= rest;
    if (isIn) rest -= it;
    if (isIn || bits.length > 0) bits.unshift(isIn ? "1" : "0");
  }
  return `${bits.join("")}1`;
}

/** A header as a CMP writes it: neighbouring ids as one group where `grouped`. */
function header(ids: readonly number[], grouped: boolean): string {
  const runs: [number, number][] = [];
  for (const id of ids) {
    const run = runs.at(-1);
    if (grouped && run !== undefined && run[1] === id - 1) run[1] = id;
    else runs.push([id, id]);
  }
  let last = 0;
  let bits = `000011000001${runs.length.toString(2).padStart(12, "0")}`;
  for (const [first, end] of runs) {
    bits += `${first === end ? 0 : 1}${fibonacci(first - last)}`;
    if (end > first) bits += fibonacci(end - first);
    last = end;
  }
  return (bits.match(/.{1,6}/g) ?? [])
    .map((it) => alphabet[Number.parseInt(it.padEnd(6, "0"), 2)])
    .join("");
}

test.each([
  ["the European section alone", "DBABM~CPX.Y", "CPX.Y"],
  ["Europe and the United States", "DBACNY~CPX~1YNN", "CPX"],
  ["Canada and the United States", "DBABjw~BOX~1YNN", null],
])("the sample headers of the specification: %s", (_, gpp, section) => {
  expect(europeanSectionOf(gpp)).toBe(section);
});

test("the European section is found among any others, listed one by one or in groups", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      (unsorted, grouped) => {
        const ids = unsorted.toSorted((a, b) => a - b);
        const gpp = [header(ids, grouped), ...ids.map((id) => `section${id}`)].join("~");
        expect(europeanSectionOf(gpp)).toBe(ids.includes(2) ? "section2" : null);
      },
    ),
    { numRuns: 500, seed: 3 },
  );
});

test.each([
  ["", null],
  ["DBABM", null],
  ["DBABM~", null],
  ["CPX.Y", null],
  ["DB", null],
  ["D!ABM~CPX", null],
  [`DB${"_".repeat(100)}~CPX`, null],
  [`DBABM~${"x".repeat(20_000)}`, null],
])("what is no GPP string has no section: %j", (gpp, section) => {
  expect(europeanSectionOf(gpp)).toBe(section);
});
