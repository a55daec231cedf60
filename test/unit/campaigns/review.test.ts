import { describe, expect, it } from "vitest";
import {
  prohibitedCategories,
  suspectCategories,
} from "../../../src/campaigns/prohibitedCategories.ts";
import { parseReviewDecision } from "../../../src/campaigns/review.ts";
import { reviewReasons } from "../../../src/campaigns/reviewReasons.ts";

describe("words that make a text suspect", () => {
  it.each([
    ["Cigarettes et TABACS", ["tobacco"]],
    ["Dégustation de vins du Limousin", ["alcohol"]],
    ["Crédit auto dès 0 %", ["credit"]],
    ["Vingt tuiles, devis vinaigrette", []],
    ["Votre toit refait à neuf", []],
    ["Paris-brest, prêt-à-porter et sélection de printemps", []],
  ] as const)("%s", (text, categories) => {
    expect(suspectCategories(text)).toEqual(categories);
  });

  it("and reasons are told in two languages, each code once", () => {
    for (const list of [prohibitedCategories, reviewReasons]) {
      expect(new Set(list.map(({ code }) => code)).size).toBe(list.length);
      for (const { fr, en } of list) expect([fr, en].every((text) => text.length > 3)).toBe(true);
    }
  });
});

describe("a decision", () => {
  const problems = (body: object) => {
    const parsed = parseReviewDecision({ version: 1, ...body });
    return parsed.ok ? [] : parsed.problems.map(({ pointer }) => pointer);
  };

  it.each([
    [{ decision: "approve" }, []],
    [{ decision: "reject", reasons: ["adult"], note: "Vu." }, []],
    [{ decision: "reject" }, ["/reasons"]],
    [{ decision: "approve", reasons: ["adult"] }, ["/reasons"]],
    [{ decision: "reject", reasons: ["adult", "adult"] }, ["/reasons"]],
    [{ decision: "reject", reasons: ["other"] }, ["/note"]],
    [{ decision: "reject", reasons: ["ugly"] }, ["/reasons/0"]],
    [{ decision: "reject", reasons: ["adult"], note: "x".repeat(501) }, ["/note"]],
    [{ decision: "maybe" }, ["/decision"]],
  ])("%j has its problems at %j", (body, pointers) => {
    expect(problems(body)).toEqual(pointers);
  });
});
