import { describe, expect, it } from "vitest";
import { readEventSchemas } from "../../../../src/stores/lake/eventSchemas.ts";
import {
  hourOf,
  hourOfEventFile,
  hoursNear,
  newStateName,
  partKey,
} from "../../../../src/stores/lake/hours.ts";
import { evolutionProblem, tableOf } from "../../../../src/stores/lake/lakeTable.ts";

const schemas = await readEventSchemas();

describe("partitions of the lake", () => {
  it("are named by the date and hour of UTC, in the way of Hive", () => {
    expect(hourOf(Date.UTC(2026, 9, 25, 0, 59, 59, 999))).toBe("2026-10-25T00");
    expect(partKey("ad_event.v1", "2026-10-25T00", "000000012-0a1b2c3d")).toBe(
      "ad_event.v1/date=2026-10-25/hour=00/part-000000012-0a1b2c3d.parquet",
    );
    expect(newStateName(12)).toMatch(/^000000012-[0-9a-f]{8}$/);
  });

  it("take event files only, also those that are set aside", () => {
    expect(hourOfEventFile("2026-10-25T00.ndjson")).toBe("2026-10-25T00");
    expect(hourOfEventFile("2026-10-25T00.ndjson.retired")).toBe("2026-10-25T00");
    const others = ["2026-10-25T24.ndjson", "2026-13-01T00.ndjson", "2026-10-25T00.ndjson~", "x"];
    expect(others.map(hourOfEventFile)).toEqual([null, null, null, null]);
  });

  it("are near each other within so many hours, over the end of a day", () => {
    const stored = ["2026-10-23T23", "2026-10-24T22", "2026-10-25T01", "2026-10-26T00"];
    expect(hoursNear(stored, ["2026-10-25T00"], 2)).toEqual(["2026-10-24T22", "2026-10-25T01"]);
  });
});

describe("tables of the lake", () => {
  it("are made of the published schemas: a column a field, with its type", () => {
    const tables = new Map(schemas.map((schema) => [schema.$id, tableOf(schema)]));
    const columns = tables.get("ad_event.v1")?.columns.map(({ name, type }) => `${name} ${type}`);
    expect(columns).toEqual(
      expect.arrayContaining([
        "event_id VARCHAR",
        "occurred_at TIMESTAMP",
        "kind VARCHAR",
        "slot BIGINT",
        "campaign_id BIGINT",
        "budget_day DATE",
        "charged_micros BIGINT",
        "uncharged_reason VARCHAR",
        "extra VARCHAR",
        "told_by VARCHAR",
      ]),
    );
    expect(tables.get("ad_decision.v1")?.columns.map(({ name }) => name)).toEqual([
      "event_id",
      "occurred_at",
      "payload",
      "told_by",
    ]);
    expect(tables.get("conversion.v1")?.viewName).toBe("conversion_v1");
  });

  it("keep numbers, truths, and lists as what they are", () => {
    const payload = {
      properties: {
        rate: { type: ["number", "null"] },
        isLate: { type: "boolean" },
        kinds: { type: "array" },
        either: { type: ["string", "integer"] },
        level: { enum: [1, 2, null] },
      },
    };
    const { payloadColumns } = tableOf({ $id: "thing.v1", properties: { payload } });
    expect(payloadColumns?.map(({ name, type, isJson }) => [name, type, isJson])).toEqual([
      ["rate", "DOUBLE PRECISION", false],
      ["is_late", "BOOLEAN", false],
      ["kinds", "VARCHAR", true],
      ["either", "VARCHAR", true],
      ["level", "BIGINT", false],
    ]);
  });

  it("refuse names that SQL or a folder could not have, and two columns of one name", () => {
    const of = ($id: string, field: string) =>
      tableOf({ $id, properties: { payload: { properties: { [field]: { type: "string" } } } } });
    expect(() => of("../x.v1", "a")).toThrow("does not name a schema");
    expect(() => of("x.v1", 'a"; drop')).toThrow("does not name a column");
    expect(() => of("x.v1", "toldBy")).toThrow('two columns "told_by"');
    expect(() => of("x.v1", "hour")).toThrow('two columns "hour"');
  });

  it("may gain columns, but not lose one or change its type", () => {
    const table = tableOf({
      $id: "x.v1",
      properties: { payload: { properties: { a: { type: "string" }, b: { type: "integer" } } } },
    });
    const before = table.columns.filter(({ name }) => name !== "b");
    expect(evolutionProblem(before, table)).toBeNull();
    const lost = [...table.columns, { name: "c", type: "DATE" as const }];
    expect(evolutionProblem(lost, table)).toBe("x.v1 has lost its column c");
    const changed = [{ name: "b", type: "VARCHAR" as const }];
    expect(evolutionProblem(changed, table)).toBe(
      "x.v1 has made its column b BIGINT, which was VARCHAR",
    );
  });
});
