import { describe, expect, it } from "vitest";
import { PublicError } from "../../../src/errors.ts";
import { parseReportQuery } from "../../../src/reports/parseReportQuery.ts";

const june = { from: "2026-06-01", to: "2026-06-30" };
const parse = (given: object, isOperator = true) =>
  parseReportQuery({ ...june, ...given }, { isOperator }, "json");
const problemsOf = (given: object): readonly string[] => {
  try {
    parse(given);
    return [];
  } catch (error) {
    if (!(error instanceof PublicError)) throw error;
    return error.problems.map(({ pointer, rule }) => `${pointer}: ${rule}`);
  }
};

describe("The parameters of a report", () => {
  it("are few: without dimensions it is the totals", () => {
    const query = parse({});
    expect(query).toMatchObject({ dimensions: [], limit: 1_000, offset: 0, format: "json" });
    expect(query.measures).toContain("requests");
    expect(parse({ dimensions: "campaign,day,campaign" }).dimensions).toEqual(["campaign", "day"]);
    expect(parse({ campaign: "12,13", sort: "-clicks" })).toMatchObject({
      filters: { campaign: [12, 13], advertiser: null },
      sort: { by: "clicks", descending: true },
    });
  });

  it("leave out measures that mean nothing of their rows, and refuse them when they are asked for", () => {
    expect(parse({ dimensions: "campaign" }).measures).not.toContain("requests");
    expect(parse({ dimensions: "campaign" }).measures).toContain("reach");
    expect(parse({ dimensions: "device" }).measures).not.toContain("reach");
    expect(parse({}, false).measures).not.toContain("requests");
    expect(problemsOf({ dimensions: "creative", measures: "reach" })).toEqual([
      "measures: reach is not measured by these dimensions",
    ]);
  });

  it("tell places by campaign and day only: finer rows would be of too few people", () => {
    expect(parse({ dimensions: "campaign,commune,week" }).dimensions).toHaveLength(3);
    for (const finer of ["hour", "device", "creative", "placement", "category", "ssp"])
      expect(problemsOf({ dimensions: `commune,${finer}` })[0]).toMatch(/^dimensions: places/);
    expect(problemsOf({ dimensions: "commune", creative: "5" })[0]).toMatch(/^dimensions: places/);
    expect(problemsOf({ dimensions: "device", departement: "59" })[0]).toMatch(/^dimensions: pl/);
  });

  it("keep within limits of days, rows and items, each told with its rule", () => {
    expect(problemsOf({ from: "2026-07-01" })).toEqual(["to: must not be before from"]);
    expect(problemsOf({ to: "2028-12-31" })).toEqual(["to: must be at most 800 days from from"]);
    expect(problemsOf({ dimensions: "hour", to: "2026-07-02" })).toEqual([
      "to: must be at most 31 days from from",
    ]);
    expect(problemsOf({ limit: "10001" })[0]).toMatch(/^limit/);
    expect(parse({ limit: "10001", format: "csv" }).limit).toBe(10_001);
    expect(problemsOf({ dimensions: "campaign,day,creative,device,placement" })[0]).toMatch(
      /at most 4/,
    );
    const many = Array.from({ length: 101 }, (_, i) => i + 1).join(",");
    expect(problemsOf({ campaign: many })[0]).toMatch(/^campaign/);
    for (const wrong of [
      { campaign: "0" },
      { campaign: ["1", "2"] },
      { sort: "reach" },
      { sort: "device" },
      { commune: "Lille" },
      { cell: "881861b2e1fffff" },
      { timeZone: "UTC" },
      { format: "xml" },
      { cursor: "-1" },
      { language: "de" },
      { shoes: "1" },
      { category: "a%" },
      { placement: "a\u0000b" },
      { placement: "\ud800" },
    ])
      expect(problemsOf(wrong)).toHaveLength(1);
  });

  it("keep exchanges and requests for the operator", () => {
    for (const given of [{ dimensions: "ssp" }, { ssp: "adx" }, { measures: "requests" }])
      expect(() => parse(given, false)).toThrow(/operator/);
  });
});
