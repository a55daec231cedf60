import { describe, expect, it } from "vitest";
import { parseRange } from "../../../src/commands/lakeCounts.ts";
import { compareLake } from "../../../src/jobs/compareLake.ts";

const counts = (day: string, campaignId: number, impressions: number, spendMicros: number) => ({
  day,
  campaignId,
  impressions,
  viewables: 0,
  clicks: 0,
  conversions: 0,
  spendMicros,
});

describe("lake and ledger side by side", () => {
  it("have a row for each campaign and day that either has counted, in order", () => {
    const lake = [counts("2026-06-02", 3, 1, 5), counts("2026-06-01", 12, 2, 10)];
    const ledger = [counts("2026-06-01", 12, 2, 9), counts("2026-06-01", 4, 7, 1)];
    const compared = compareLake(lake, ledger);
    expect(compared.map(({ day, campaignId }) => [day, campaignId])).toEqual([
      ["2026-06-01", 4],
      ["2026-06-01", 12],
      ["2026-06-02", 3],
    ]);
    expect(
      compared.map(({ difference }) => [difference.impressions, difference.spendMicros]),
    ).toEqual([
      [-7, -1],
      [0, 1],
      [1, 5],
    ]);
    expect(compareLake(lake, lake).every(({ isEqual }) => isEqual)).toBe(true);
    expect(compared.some(({ isEqual }) => isEqual)).toBe(false);
  });

  it("are asked for by budget days, the last seven unless told otherwise", () => {
    expect(parseRange([], "2026-06-10")).toEqual({ from: "2026-06-04", to: "2026-06-10" });
    expect(parseRange(["--to", "2026-06-02"], "2026-06-10")).toEqual({
      from: "2026-05-27",
      to: "2026-06-02",
    });
    const wrong = [["--from"], ["--from", "2026-02-30"], ["--day", "2026-06-01"], ["2026-06-01"]];
    for (const args of [
      ...wrong,
      ["--from", "2026-06-11"],
      ["--to", "2026-06-01", "--to", "2026-06-02"],
    ])
      expect(() => parseRange(args, "2026-06-10"), args.join(" ")).toThrow("Usage");
  });
});
