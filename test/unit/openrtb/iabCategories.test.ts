import { describe, expect, test } from "vitest";
import { bidConstraintsOf } from "../../../src/openrtb/bidConstraints.ts";
import { categoryIn, taxonomyOfNumber } from "../../../src/openrtb/iabCategories.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { tradeCategories } from "../../../src/targeting/tradeCategories.ts";
import { rates } from "../../support/openrtb/bidSamples.ts";
import { answerSettings } from "../../support/openrtb/goldenAnswer.ts";

/** The topmost nodes of Content Taxonomy 2.2 and 3.1 that trades can be under, and of Ad Product Taxonomy 2.0. */
const contentRoots =
  "1 42 52 132 150 186 210 223 239 274 286 379 391 422 441 453 473 483 552 596 653 V9I3ON".split(
    " ",
  );
const productRoots =
  "1001 1002 1010 1058 1075 1088 1097 1123 1259 1263 1295 1315 1328 1335 1355 1361 1371 1378 1396 1416 1419 1460 1482 1487 1494 1510 1524 1529 1544 1551 1576".split(
    " ",
  );

const refusedBy = (top: object): readonly string[] => {
  const parsed = parseBidRequest({
    id: "r",
    imp: [{ id: "1", banner: { w: 300, h: 250 } }],
    ...top,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  const ssp = { name: "demo", answer: answerSettings, price: answerSettings };
  const [imp] = parsed.request.imps;
  return [...bidConstraintsOf(parsed.request, imp!, ssp, rates).refusedCategories].sort();
};

describe("trades in the lists of exchanges", () => {
  test("Content 1.0 has a code for each, which shows what it is under", () => {
    for (const category of tradeCategories) {
      const { codes, lineage } = taxonomyOfNumber(1)![category];
      for (const code of codes) {
        expect(code).toMatch(/^IAB(?:[1-9]|1\d|2[0-6])(?:-[1-9]\d?)?$/);
        expect(lineage).toContain(code.split("-")[0]);
      }
    }
  });

  test.each([
    [2, contentRoots],
    [5, contentRoots],
    [6, contentRoots],
    [7, contentRoots],
    [9, contentRoots],
    [8, productRoots],
  ])("taxonomy %i has numbers for each, up to a topmost one", (taxonomy, roots) => {
    for (const category of tradeCategories) {
      const { codes, lineage } = taxonomyOfNumber(taxonomy)![category];
      expect(codes.map((code) => code.toUpperCase())).toEqual(lineage);
      expect(
        lineage.some((code) => roots.includes(code)),
        `${category}: ${lineage}`,
      ).toBe(true);
      expect(new Set(codes).size).toBe(codes.length);
    }
  });

  test("in a list that nobody here knows a trade is told in Content 1.0", () => {
    expect(categoryIn("roofing", 500)).toMatchObject({ codes: ["IAB10-9"], taxonomy: 1 });
    expect(categoryIn("roofing", 6)).toMatchObject({ codes: ["276", "274"], taxonomy: 6 });
    expect([3, 4, 10, 500].map(taxonomyOfNumber)).toEqual([null, null, null, null]);
  });

  test("a parent's code covers its children, and a child's does not cover its parent", () => {
    expect(refusedBy({ bcat: ["IAB13"] })).toEqual(["banking", "insurance"]);
    expect(refusedBy({ bcat: ["IAB13-6"] })).toEqual(["insurance"]);
    expect(refusedBy({ bcat: ["391"], cattax: 6 })).toEqual(["banking", "insurance"]);
    expect(refusedBy({ bcat: ["398"], cattax: 6 })).toEqual(["insurance"]);
    expect(refusedBy({ bcat: ["399"], cattax: 6 })).toEqual([]);
    expect(refusedBy({ bcat: ["1335"], cattax: 8 })).toEqual([
      "accounting",
      "banking",
      "insurance",
    ]);
  });

  test("codes of one list mean nothing in another", () => {
    expect(refusedBy({ bcat: ["391"] })).toEqual([]);
    expect(refusedBy({ bcat: ["IAB13"], cattax: 6 })).toEqual([]);
  });

  test("what is allowed leaves out all else, and what is blocked of it", () => {
    const refused = refusedBy({ acat: ["IAB13"], bcat: ["IAB13-2"] });
    expect(tradeCategories.filter((it) => !refused.includes(it))).toEqual(["insurance"]);
  });

  test("what publishers block most costs no shop that sells bread", () => {
    const usual = ["IAB25", "IAB26", "IAB7-39", "IAB9-9", "IAB9-7", "IAB14-1", "IAB8-5", "IAB8-18"];
    expect(refusedBy({ bcat: usual })).toEqual([
      "adult",
      "bar",
      "dating",
      "gambling",
      "tobacconist",
      "wine_shop",
    ]);
  });
});
