import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeScoreRows } from "../../../src/audience/mergeScoreRows.ts";
import { maxScoresPerVisitor } from "../../../src/audience/packedScores.ts";
import { parseScoreRow } from "../../../src/audience/scoreRow.ts";

const segments = {
  idBySlug: new Map([
    ["buys-a-car", 3],
    ["moves-house", 4],
  ]),
  ids: new Set([3, 4]),
};
const oneForm = "exactly one of segment, segmentId and scores must be given";
const scoreRule = "must be a number from 0 to 1";

describe("parseScoreRow", () => {
  test.each([
    [{ visitor: "v-1", segmentId: 3, score: 0.5 }, [[3, 0.5]]],
    [{ visitor: "v-1", segment: "buys-a-car", score: 0 }, [[3, 0]]],
    [{ visitor: "v-1", segment: "buys-a-car", segmentId: null, scores: null, score: 1 }, [[3, 1]]],
    [
      { visitor: "v-1", scores: { "buys-a-car": 1, "moves-house": 0.25 }, extra: "ignored" },
      [
        [3, 1],
        [4, 0.25],
      ],
    ],
    [{ visitor: "v-1", scores: { "buys-a-car": null, "moves-house": 0.25 } }, [[4, 0.25]]],
  ])("accepts %j", (row, entries) => {
    expect(parseScoreRow(row, segments)).toEqual({
      visitorId: "v-1",
      scores: new Map(entries as [number, number][]),
    });
  });

  const visitorRule = "must be 1 to 128 printable ASCII characters without spaces";
  test.each([
    [null, "", "must be an object"],
    ["v-1", "", "must be an object"],
    [[], "", "must be an object"],
    [{ segmentId: 3, score: 0.5 }, "visitor", visitorRule],
    [{ visitor: "", segmentId: 3, score: 0.5 }, "visitor", visitorRule],
    [{ visitor: "a b", segmentId: 3, score: 0.5 }, "visitor", visitorRule],
    [{ visitor: "é", segmentId: 3, score: 0.5 }, "visitor", visitorRule],
    [{ visitor: "v".repeat(129), segmentId: 3, score: 0.5 }, "visitor", visitorRule],
    [{ visitor: 7, segmentId: 3, score: 0.5 }, "visitor", visitorRule],
    [{ visitor: "v-1", score: 0.5 }, "segment", oneForm],
    [{ visitor: "v-1", segment: "buys-a-car", segmentId: 3, score: 0.5 }, "segment", oneForm],
    [{ visitor: "v-1", segment: "buys-a-car", scores: { "buys-a-car": 1 } }, "scores", oneForm],
    [{ visitor: "v-1", segment: "unheard-of", score: 0.5 }, "segment", "must be a known segment"],
    [{ visitor: "v-1", segmentId: 5, score: 0.5 }, "segmentId", "must be a known segment"],
    [{ visitor: "v-1", segmentId: "3", score: 0.5 }, "segmentId", "must be a known segment"],
    [{ visitor: "v-1", segmentId: 3 }, "score", scoreRule],
    [{ visitor: "v-1", segmentId: 3, score: "0.5" }, "score", scoreRule],
    [{ visitor: "v-1", segmentId: 3, score: 1.0001 }, "score", scoreRule],
    [{ visitor: "v-1", segmentId: 3, score: -0.1 }, "score", scoreRule],
    [{ visitor: "v-1", segmentId: 3, score: Number.NaN }, "score", scoreRule],
    [{ visitor: "v-1", scores: [] }, "scores", "must be an object of scores by segment"],
    [{ visitor: "v-1", scores: {} }, "scores", "must hold 1 to 256 scores"],
    [{ visitor: "v-1", scores: { "unheard-of": 1 } }, "scores", "must name known segments only"],
    [
      JSON.parse('{"visitor":"v-1","scores":{"__proto__":1}}'),
      "scores",
      "must name known segments only",
    ],
    [{ visitor: "v-1", scores: { "buys-a-car": 2 } }, "scores.buys-a-car", scoreRule],
    [
      {
        visitor: "v-1",
        scores: Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`s${n}`, 1])),
      },
      "scores",
      "must hold 1 to 256 scores",
    ],
  ])("refuses %j, naming %s", (row, field, rule) => {
    expect(parseScoreRow(row, segments)).toEqual({ field, rule });
  });

  test("never throws for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        parseScoreRow(value, segments);
        parseScoreRow({ visitor: "v", scores: value }, segments);
      }),
    );
  });
});

describe("mergeScoreRows", () => {
  const rowOf = (line: number, visitorKey: string, ...entries: [number, number][]) => ({
    line,
    visitorKey,
    row: { visitorId: visitorKey, scores: new Map(entries) },
  });

  test("rows of one visitor add up, on top of what is stored, and the last word on a segment counts", () => {
    const stored = new Map([
      [
        "ada",
        {
          modelVersion: 1,
          expiresAtSeconds: 9,
          scores: new Map([
            [3, 0.1],
            [4, 0.2],
          ]),
        },
      ],
    ]);
    const merged = mergeScoreRows(
      [rowOf(1, "ada", [3, 0.5]), rowOf(2, "bob", [3, 1]), rowOf(3, "ada", [5, 0.6], [3, 0.7])],
      stored,
    );
    expect(merged.rejects).toEqual([]);
    expect(merged.scoresByVisitor).toEqual(
      new Map([
        [
          "ada",
          new Map([
            [3, 0.7],
            [4, 0.2],
            [5, 0.6],
          ]),
        ],
        ["bob", new Map([[3, 1]])],
      ]),
    );
  });

  test("merging the same rows again changes nothing", () => {
    const rows = fc.array(
      fc
        .tuple(
          fc.constantFrom("ada", "bob"),
          fc.integer({ min: 1, max: 5 }),
          fc.constantFrom(0, 0.5, 1),
        )
        .map(([key, id, score]) => rowOf(1, key, [id, score])),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(rows, (list) => {
        const once = mergeScoreRows(list, new Map()).scoresByVisitor;
        const stored = new Map(
          [...once].map(([key, scores]) => [key, { modelVersion: 1, expiresAtSeconds: 9, scores }]),
        );
        expect(mergeScoreRows(list, stored).scoresByVisitor).toEqual(once);
      }),
    );
  });

  test("a row that brings a visitor over the limit is rejected with its line, the others stay", () => {
    const full = Array.from({ length: maxScoresPerVisitor }, (_, index): [number, number] => [
      index + 1,
      1,
    ]);
    const merged = mergeScoreRows(
      [rowOf(1, "ada", ...full), rowOf(2, "ada", [999, 1]), rowOf(3, "ada", [7, 0])],
      new Map(),
    );
    expect(merged.rejects).toEqual([
      { line: 2, field: "visitor", rule: "must have at most 256 scores in all" },
    ]);
    expect(merged.scoresByVisitor.get("ada")?.get(7)).toBe(0);
  });
});
