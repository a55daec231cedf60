import { describe, expect, it } from "vitest";
import { PublicError } from "../../../src/errors.ts";
import { reconcileReport, type SspDay, sumAccount } from "../../../src/reports/sspAccounts.ts";
import { parseSspReport, reportLimits } from "../../../src/reports/sspReport.ts";

function problemsOf(text: string): readonly { readonly pointer: string; readonly rule: string }[] {
  try {
    parseSspReport(text);
  } catch (error) {
    if (error instanceof PublicError && error.code === "invalid_body") return error.problems;
    throw error;
  }
  return [];
}

describe("a report of an SSP", () => {
  it("is read from CSV with its columns in any order, quoted or not, and adds up the lines of a day", () => {
    const text = [
      '\uFEFFCurrency;Day;Publisher;"Impressions";spend',
      'EUR;2026-06-01;"le ""grand"" site; le petit";1200;1.5',
      "",
      "eur;2026-06-01;other;800;0.25\r",
      "USD;2026-06-01;other;10;0.000001",
      "EUR;2026-06-02;other;0;0",
    ].join("\n");
    expect(parseSspReport(text)).toEqual([
      { day: "2026-06-01", currency: "EUR", impressions: 2_000, spendMicros: 1_750_000 },
      { day: "2026-06-01", currency: "USD", impressions: 10, spendMicros: 1 },
      { day: "2026-06-02", currency: "EUR", impressions: 0, spendMicros: 0 },
    ]);
  });

  it("is read from JSON lines, numbers as numbers or texts", () => {
    const text = `{"day":"2026-06-01","impressions":12,"spend":"0.034","currency":"EUR","note":"x"}
{"day":"2026-06-02","impressions":"13","spend":0.035,"currency":"EUR"}`;
    expect(parseSspReport(text).map(({ spendMicros }) => spendMicros)).toEqual([34_000, 35_000]);
  });

  it("that breaks rules is refused with line, field and rule", () => {
    const text = [
      "day,impressions,spend,currency",
      "2026-02-30,1.5,-1,EURO",
      "2026-06-01,1,1.5,EUR",
      '2026-06-02,"1,234",1.5,EUR',
    ].join("\n");
    expect(problemsOf(text)).toEqual([
      { pointer: "line 2, day", rule: 'must be written "YYYY-MM-DD"' },
      { pointer: "line 2, impressions", rule: "must be an integer from 0 to 1000000000000" },
      { pointer: "line 2, spend", rule: "must be a number from 0 to 1000000000, with a point" },
      { pointer: "line 2, currency", rule: 'must be an ISO 4217 code such as "EUR"' },
      { pointer: "line 4, impressions", rule: "must be an integer from 0 to 1000000000000" },
    ]);
    expect(problemsOf("day,impressions\n2026-06-01,1")[0]?.rule).toContain(
      "spend, currency missing",
    );
    expect(problemsOf("")[0]?.rule).toBe("must have at least one line");
    expect(problemsOf('{"day":1}\n[]')).toEqual([
      { pointer: "line 2", rule: "must be a JSON object" },
    ]);
    expect(problemsOf("x\n".repeat(reportLimits.lines + 1))[0]?.rule).toContain("at most 20000");
    const large = `day,impressions,spend,currency\n${"2026-06-01,1,1000000000,EUR\n".repeat(2)}`;
    expect(problemsOf(large)[0]).toEqual({
      pointer: "line 3",
      rule: "makes the sum of its day too large",
    });
    const bad = `day,impressions,spend,currency\n${"x,1,1,EUR\n".repeat(1_000)}`;
    expect(problemsOf(bad)).toHaveLength(reportLimits.problems);
  });

  it("of any text is read or refused, never a fault", () => {
    const texts = [
      "\0",
      '"',
      '{"a"',
      "{}",
      ";;;;",
      "day;impressions;spend;currency\n;;;",
      "null",
      "é",
    ];
    for (const text of texts) expect(problemsOf(text).length).toBeGreaterThan(0);
  });
});

const dayOf = (changes: Partial<SspDay>): SspDay => ({
  day: "2026-06-01",
  currency: "EUR",
  billed: 0,
  priceMicros: 0,
  costMicros: 0,
  houseBilled: 0,
  houseMicros: 0,
  riskCostMicros: 0,
  riskChargedMicros: 0,
  shown: 0,
  chargedMicros: 0,
  ...changes,
});

describe("a report beside the ledger", () => {
  it("shows by day and currency what is reported more, or less, and what only one of them has", () => {
    const reported = [
      { day: "2026-06-01", currency: "EUR", impressions: 110, spendMicros: 220_000 },
      { day: "2026-06-02", currency: "USD", impressions: 5, spendMicros: 9_000 },
    ];
    const ledger = [
      dayOf({ billed: 100, priceMicros: 200_000, chargedMicros: 1 }),
      dayOf({ day: "2026-06-03", billed: 3, priceMicros: 6_000 }),
      // Only charges of shops: nothing that an SSP could report.
      dayOf({ day: "2026-06-04", chargedMicros: 5_000, shown: 1 }),
    ];
    expect(reconcileReport(reported, ledger)).toEqual({
      days: [
        {
          day: "2026-06-01",
          currency: "EUR",
          reported: { impressions: 110, spendMicros: 220_000 },
          ledger: { impressions: 100, spendMicros: 200_000 },
          difference: { impressions: 10, spendMicros: 20_000 },
        },
        {
          day: "2026-06-02",
          currency: "USD",
          reported: { impressions: 5, spendMicros: 9_000 },
          ledger: { impressions: 0, spendMicros: 0 },
          difference: { impressions: 5, spendMicros: 9_000 },
        },
        {
          day: "2026-06-03",
          currency: "EUR",
          reported: null,
          ledger: { impressions: 3, spendMicros: 6_000 },
          difference: { impressions: -3, spendMicros: -6_000 },
        },
      ],
      totals: [
        {
          currency: "EUR",
          reported: { impressions: 110, spendMicros: 220_000 },
          ledger: { impressions: 103, spendMicros: 206_000 },
          difference: { impressions: 7, spendMicros: 14_000 },
        },
        {
          currency: "USD",
          reported: { impressions: 5, spendMicros: 9_000 },
          ledger: { impressions: 0, spendMicros: 0 },
          difference: { impressions: 5, spendMicros: 9_000 },
        },
      ],
    });
  });
});

it("an SSP's account adds up, with the margin and the house's share in thousandths", () => {
  const days = [
    dayOf({
      billed: 10,
      costMicros: 20_000,
      houseBilled: 1,
      houseMicros: 90,
      chargedMicros: 30_000,
    }),
    dayOf({ currency: "USD", billed: 1, costMicros: 2_000, riskCostMicros: 500 }),
  ];
  expect(sumAccount(days)).toMatchObject({
    billed: 11,
    costMicros: 22_000,
    marginMicros: 8_000,
    housePermille: 4.09,
    riskCostMicros: 500,
  });
  expect(sumAccount([])).toMatchObject({ costMicros: 0, housePermille: 0 });
});
