import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reachCodeOf } from "../../../src/audience/reachCode.ts";
import {
  addCode,
  addSketch,
  countKept,
  countPeople,
  createSketch,
  denseSketchBytes,
  encodeSketch,
  tellablePeople,
} from "../../../src/reports/hyperLogLog.ts";
import { mixHash } from "../../../src/targeting/hash.ts";

/** As uniform as a visitor's key: a keyed hash in base64url. */
const keyOf = (person: number, seed = 1) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(mixHash(seed, person + 1), 0);
  bytes.writeUInt32LE(mixHash(seed + 77, person + 1), 4);
  return bytes.toString("base64url");
};
const sketchOf = (from: number, to: number, seed = 1) => {
  const sketch = createSketch();
  for (let person = from; person < to; person++) addCode(sketch, reachCodeOf(keyOf(person, seed)));
  return sketch;
};

describe("People in a sketch", () => {
  it("are counted within four standard errors (0.8 %), from one to many", () => {
    for (const people of [1, 10, 49, 50, 1_000, 12_000, 40_000, 100_000]) {
      const counted = countPeople(sketchOf(0, people, people));
      expect(Math.abs(counted - people) / people).toBeLessThan(0.0325);
    }
    expect(countPeople(createSketch())).toBe(0);
  });

  it("are the same in whatever order, parts and form they come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 20_000 }), { maxLength: 6_000 }),
        fc.nat({ max: 6_000 }),
        (people, cut) => {
          const codes = people.map((person) => reachCodeOf(keyOf(person)));
          const whole = createSketch();
          for (const code of codes) addCode(whole, code);
          const parts = [codes.slice(cut), codes.slice(0, cut)].map((part) => {
            const sketch = createSketch();
            for (const code of part.toReversed()) addCode(sketch, code);
            return encodeSketch(sketch);
          });
          const merged = createSketch();
          for (const part of [...parts, ...parts]) addSketch(merged, part);
          expect(encodeSketch(merged)).toEqual(encodeSketch(whole));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("take 12 kilobytes at most, and three bytes each while they are few", () => {
    expect(encodeSketch(sketchOf(0, 100)).length).toBeLessThanOrEqual(301);
    expect(encodeSketch(sketchOf(0, 9_000)).length).toBe(denseSketchBytes);
    const dense = createSketch();
    addSketch(dense, encodeSketch(sketchOf(0, 9_000)));
    expect(countPeople(dense)).toBe(countPeople(sketchOf(0, 9_000)));
    for (const people of [0, 1, 100, 9_000])
      expect(countKept(encodeSketch(sketchOf(0, people)))).toBe(countPeople(sketchOf(0, people)));
  });

  it("are nobody where bytes or codes are junk", () => {
    for (const junk of [[], [0, 1], [1, 2, 3], [7]])
      expect(() => addSketch(createSketch(), Uint8Array.from(junk))).toThrow(RangeError);
    expect(addCode(createSketch(), -1)).toBe(false);
    expect(addCode(createSketch(), 16_384 * 64 + 1)).toBe(false);
    expect(addCode(createSketch(), 63)).toBe(false);
    expect(reachCodeOf("short")).toBe(-1);
  });

  it("are told by fifties and not at all below, so that no difference is of fewer", () => {
    expect([0, 49.9, 50, 74, 75, 1_234].map(tellablePeople)).toEqual([
      null,
      null,
      50,
      50,
      100,
      1_250,
    ]);
  });
});
