import { expect, test } from "vitest";
import { parseAsked } from "../../../src/commands/analyseArguments.ts";

const sunday = Date.UTC(2026, 5, 7, 12);

test("a question is about a year until today unless it says otherwise", () => {
  expect(parseAsked(["trends", "--category", "maison/jardin", "--csv", "a.csv"], sunday)).toEqual({
    question: "trends",
    category: "maison/jardin",
    departement: "*",
    from: "2025-06-08",
    to: "2026-06-08",
    format: "csv",
    file: "a.csv",
  });
});

test("a forecast on a Sunday does not take the week that has not ended for a whole one", () => {
  expect(parseAsked(["forecast"], sunday)).toMatchObject({ from: "2022-06-07", to: "2026-06-07" });
});

test.each([
  [["trends", "--toString"], "--toString is not known"],
  [["trends", "--constructor", "x"], "--constructor is not known"],
  [["trends", "--from", "2026-02-30"], "--from"],
  [["trends", "--departement", "87' or true"], "--departement"],
  [["trends", "--category"], "--category"],
  [["trends", "--from", "2026-06-01", "--to", "2026-06-01"], "--from must be before --to"],
  [["prophecy"], "Usage: npm run analyse"],
] as const)("%j is answered with what is wrong", (args, problem) => {
  expect(() => parseAsked(args, sunday)).toThrow(problem);
});
