import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportColumns } from "../../../src/reports/reportColumns.ts";
import { reportToCsv } from "../../../src/reports/reportCsv.ts";

const columns = reportColumns(["campaign", "placement"], ["impressions", "ctr"]);
const report = (name: string) => ({
  columns,
  rows: [
    {
      campaignId: 7,
      campaignName: name,
      placement: null,
      impressions: 1_234,
      ctr: 0.0125,
      ctrLow: 0.01,
      ctrHigh: 0.02,
    },
  ],
  totals: { impressions: 1_234, ctr: 0.0125, ctrLow: 0.01, ctrHigh: 0.02 },
});
const nameIn = (csv: string) => csv.split("\r\n")[1]?.slice("7,".length) ?? "";

const anyName = fc
  .array(fc.constantFrom(..."\"',;=+-@ \t\r\n\0aé|😀".split("")), { maxLength: 12 })
  .map((characters) => characters.join(""));

describe("A report as CSV", () => {
  it("is written as each language's spreadsheets read it", () => {
    expect(reportToCsv(report("Toits; et « tuiles »"), "fr").split("\r\n").slice(1)).toEqual([
      '7;"Toits; et « tuiles »";;1234;0,0125;0,01;0,02',
      "Total;;;1234;0,0125;0,01;0,02",
      "",
    ]);
    expect(reportToCsv(report('"Best", roofs'), "en").split("\r\n")).toEqual([
      '\uFEFFCampaign,Campaign name,Placement,Impressions,CTR,"CTR, lower bound","CTR, upper bound"',
      '7,"""Best"", roofs",,1234,0.0125,0.01,0.02',
      "Total,,,1234,0.0125,0.01,0.02",
      "",
    ]);
  });

  it("holds no formula, however it is disguised", () => {
    for (const evil of [
      "=1+1",
      "+33 6 00",
      "-2",
      "@SUM(A1)",
      "\t=1+1",
      "  =cmd|' /C calc'!A0",
      "＝1+1",
      "%0A=1",
      "|x",
    ]) {
      const told = nameIn(reportToCsv(report(evil), "en")).replace(/^"/, "");
      expect(told.startsWith("'")).toBe(true);
    }
    expect(nameIn(reportToCsv(report("Toits = 1"), "en"))).toMatch(/^Toits = 1,/);
  });

  it("reads back as it was, whatever the name", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const csv = reportToCsv(report(name), "en");
        const quoted = csv.slice(csv.indexOf("\r\n7,") + 4);
        const read = quoted.startsWith('"')
          ? (/^"((?:[^"]|"")*)"/.exec(quoted)?.[1] ?? "").replaceAll('""', '"')
          : quoted.slice(0, quoted.indexOf(",,1234"));
        expect([name, `'${name}`]).toContain(read);
      }),
    );
  });
});
