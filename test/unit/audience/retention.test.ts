import { expect, it } from "vitest";
import { isMonthOver, monthOf, retentionOf } from "../../../src/audience/retention.ts";
import { readEventSchemas } from "../../../src/stores/lake/eventSchemas.ts";
import { tableOf } from "../../../src/stores/lake/lakeTable.ts";

it("every published schema that names visitors has a rule: identifiers 13 months at most, rows 25", async () => {
  const tables = (await readEventSchemas()).map(tableOf);
  const ruled = tables.flatMap(({ schema, columns }) => {
    const rule = retentionOf(schema, columns);
    return rule === null ? [] : [[schema, rule] as const];
  });
  expect(ruled.map(([schema]) => schema)).toEqual(["identity_link.v1", "page_activity.v1"]);
  for (const [, { blankAfterMonths, dropAfterMonths }] of ruled) {
    expect(blankAfterMonths ?? dropAfterMonths).toBeLessThanOrEqual(13);
    expect(dropAfterMonths).toBeLessThanOrEqual(25);
  }
  expect(() => retentionOf("new_event.v1", [{ name: "visitor_key" }])).toThrow(/no rule/);
});

it("a month is over when its first instant is, to the millisecond, also over the end of a year", () => {
  const endMs = Date.UTC(2026, 6, 1);
  expect(monthOf("2025-06-30T23")).toBe("2025-06");
  expect(isMonthOver("2025-06", 13, endMs)).toBe(true);
  expect(isMonthOver("2025-06", 13, endMs - 1)).toBe(false);
  expect(isMonthOver("2024-12", 25, Date.UTC(2027, 0, 1))).toBe(true);
  expect(isMonthOver("2024-12", 25, Date.UTC(2027, 0, 1) - 1)).toBe(false);
});
