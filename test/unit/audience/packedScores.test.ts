import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  expiryOfPacked,
  isAbsence,
  maxScoresPerVisitor,
  packAbsence,
  packScores,
  readPackedScores,
  unpackScores,
} from "../../../src/audience/packedScores.ts";

const uint32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const sets = fc.record({
  modelVersion: uint32,
  expiresAtSeconds: uint32,
  scores: fc
    .array(fc.tuple(uint32, fc.double({ min: 0, max: 1, noNaN: true })), {
      maxLength: maxScoresPerVisitor,
    })
    .map((entries) => new Map(entries)),
});

describe("packed scores", () => {
  test("come back as they went in, to half a step of 1/65535", () => {
    fc.assert(
      fc.property(sets, (set) => {
        const back = readPackedScores(packScores(set))!;
        expect([back.modelVersion, back.expiresAtSeconds]).toEqual([
          set.modelVersion,
          set.expiresAtSeconds,
        ]);
        expect([...back.scores.keys()]).toEqual([...set.scores.keys()]);
        for (const [id, score] of set.scores)
          expect(Math.abs(back.scores.get(id)! - score)).toBeLessThanOrEqual(0.5 / 65_535);
        expect(packScores(back)).toEqual(packScores(set));
      }),
    );
  });

  test("are found one by one as they are found all together, and no other is", () => {
    fc.assert(
      fc.property(sets, uint32, (set, stranger) => {
        const packed = packScores({ ...set, expiresAtSeconds: 2 ** 32 - 1 });
        const all = readPackedScores(packed)!.scores;
        const scores = unpackScores(packed, 0, set.modelVersion)!;
        for (const [id, score] of all) expect(scores.get(id)).toBe(score);
        expect(scores.get(stranger)).toBe(all.get(stranger));
      }),
    );
  });

  test("keep 0 and 1 exactly", () => {
    const set = {
      modelVersion: 1,
      expiresAtSeconds: 9,
      scores: new Map([
        [1, 0],
        [2, 1],
      ]),
    };
    expect(readPackedScores(packScores(set))).toEqual(set);
  });

  test("are used until the second they expire, and only under their own model", () => {
    const packed = packScores({
      modelVersion: 7,
      expiresAtSeconds: 1_000,
      scores: new Map([[3, 1]]),
    });
    expect(unpackScores(packed, 999_999, 7)?.get(3)).toBe(1);
    expect(unpackScores(packed, 1_000_000, 7)).toBeNull();
    expect(unpackScores(packed, 999_999, 8)).toBeNull();
    expect(expiryOfPacked(packed)).toBe(1_000);
  });

  test("are nothing when cut, lengthened or of another format", () => {
    const packed = packScores({
      modelVersion: 7,
      expiresAtSeconds: 1_000,
      scores: new Map([
        [3, 1],
        [4, 0.5],
      ]),
    });
    for (let length = 0; length < packed.length; length++)
      expect(unpackScores(packed.subarray(0, length), 0, 7)).toBeNull();
    expect(unpackScores(Buffer.concat([packed, Buffer.of(0)]), 0, 7)).toBeNull();
    expect(unpackScores(Buffer.concat([Buffer.of(2), packed.subarray(1)]), 0, 7)).toBeNull();
    expect(unpackScores(packed, 0, 7)?.get(4)).toBeCloseTo(0.5, 4);
  });

  test("never throw for junk", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const junk = Buffer.from(bytes);
        unpackScores(junk, 0, 1);
        expiryOfPacked(junk);
        isAbsence(junk, 1);
      }),
    );
  });

  test.each([
    ["a model version of 0", { modelVersion: 0 }],
    ["a model version beyond 32 bits", { modelVersion: 2 ** 32 }],
    ["an expiry that is no number", { expiresAtSeconds: Number.NaN }],
    ["a segment id of 0", { scores: new Map([[0, 0.5]]) }],
    ["a fractional segment id", { scores: new Map([[1.5, 0.5]]) }],
    ["a score above 1", { scores: new Map([[1, 1.01]]) }],
    ["a score below 0", { scores: new Map([[1, -0.01]]) }],
    ["a score that is no number", { scores: new Map([[1, Number.NaN]]) }],
    [
      "too many scores",
      {
        scores: new Map(Array.from({ length: maxScoresPerVisitor + 1 }, (_, id) => [id + 1, 0.5])),
      },
    ],
  ])("refuse %s", (_, wrong) => {
    expect(() =>
      packScores({ modelVersion: 1, expiresAtSeconds: 1, scores: new Map(), ...wrong }),
    ).toThrow(RangeError);
  });
});

describe("a remembered absence", () => {
  test("counts for its own model only, and is not a score set", () => {
    const absence = packAbsence(7);
    expect(isAbsence(absence, 7)).toBe(true);
    expect(isAbsence(absence, 8)).toBe(false);
    expect(unpackScores(absence, 0, 7)).toBeNull();
    expect(expiryOfPacked(absence)).toBeNull();
    expect(
      isAbsence(packScores({ modelVersion: 7, expiresAtSeconds: 1, scores: new Map() }), 7),
    ).toBe(false);
  });
});
