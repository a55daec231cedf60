import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assumedAt } from "../../../bench/capacity/assumptions.ts";
import { monthOf } from "../../../bench/capacity/costs.ts";
import { limitsOf } from "../../../bench/capacity/limits.ts";
import figures from "../../../bench/capacity/measured.json" with { type: "json" };
import { measured, planOf, processesPerTask } from "../../../bench/capacity/model.ts";
import { allTables, withTables } from "../../../bench/capacity/page.ts";
import { scales, short } from "../../../bench/capacity/tables.ts";
import { sumOf } from "../../../infra/lib/prices/estimate.ts";

const repository = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, repository), "utf8");
const plans = scales.map((scale) => planOf(assumedAt(scale)));
const leboncoin = plans[0]!;

describe("the model of capacity", () => {
  it("is what docs/capacity.md says; `npm run capacity -- --write` puts it there", () => {
    const page = read("docs/capacity.md");
    expect(withTables(page, allTables())).toBe(page);
  });

  it("reckons what can be reckoned by hand", () => {
    // 25 million visitors, 36 % of them a day, 14 pages each, over 86,400 seconds.
    expect(leboncoin.traffic.mean.pages).toBeCloseTo(1_458.33, 1);
    const { peak } = leboncoin.traffic;
    expect(leboncoin.ledger.rows).toBe(peak.events);
    expect(peak.events).toBeCloseTo(1.604 * (peak.ads * 0.92 + peak.bids * 0.1), 6);
    const bytes = leboncoin.ledger.rowsMonth * measured.ledgerBytesRow;
    expect(leboncoin.ledger.gbKept).toBeCloseTo((12 * bytes) / 1e9, 6);
  });

  it("has nodes enough for the peak when one of three zones is lost", () => {
    for (const { serving } of plans) {
      const left = ((serving.tasks * 2) / 3) * processesPerTask;
      expect(Number.isInteger(left)).toBe(true);
      expect(left).toBeGreaterThanOrEqual(serving.processes);
    }
  });

  it("never needs less for more traffic, and costs more", () => {
    const steps = [0.1, 1, 2, 5, 10, 100].map((scale) => planOf(assumedAt(scale)));
    for (const [index, plan] of steps.slice(1).entries()) {
      const before = steps[index]!;
      expect(plan.serving.tasks).toBeGreaterThanOrEqual(before.serving.tasks);
      expect(plan.redis.shards).toBeGreaterThanOrEqual(before.redis.shards);
      expect(plan.stream.shards).toBeGreaterThanOrEqual(before.stream.shards);
      expect(plan.ledger.databases).toBeGreaterThanOrEqual(before.ledger.databases);
      expect(sumOf(monthOf(plan))).toBeGreaterThan(sumOf(monthOf(before)));
    }
  });

  it("tells what breaks first first, and nothing that needs nothing", () => {
    const factors = limitsOf(leboncoin).map(({ limit, needed }) => limit / needed);
    expect(factors).toEqual(factors.toSorted((a, b) => a - b));
    expect(factors.every((factor) => factor > 0 && Number.isFinite(factor))).toBe(true);
  });

  it("takes each measured figure from a page that has such a heading", () => {
    for (const { from } of Object.values(figures)) {
      const [path = "", anchor] = from.split("#");
      expect(existsSync(new URL(path, repository)), from).toBe(true);
      if (anchor === undefined) continue;
      const headings = read(path).matchAll(/^#+ (.*)$/gm);
      const anchors = [...headings].map(([, text = ""]) =>
        text
          .toLowerCase()
          .replace(/[^\p{L}\p{N} -]/gu, "")
          .replaceAll(" ", "-"),
      );
      expect(anchors, from).toContain(anchor);
    }
  });

  it("refuses a page without a place for a table", () => {
    expect(() => withTables("# Capacity", { needs: "| |" })).toThrow("no place for needs");
  });
});

describe("numbers of the page", () => {
  it.each([
    [0.1187, "0.119"],
    [3.891, "3.89"],
    [45.24, "45.2"],
    [5713.7, "5,714"],
    [0, "0"],
  ])("%d is written %s", (value, text) => {
    expect(short(value)).toBe(text);
  });
});
