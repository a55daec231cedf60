import { describe, expect, it } from "vitest";
import { readEventSchemas } from "../../../../src/stores/lake/eventSchemas.ts";
import { tableOf } from "../../../../src/stores/lake/lakeTable.ts";
import { createEventReader } from "../../../../src/stores/lake/readEvent.ts";
import { adEvent, lineOf } from "../../../support/lake.ts";

const schemas = await readEventSchemas();
const schema = schemas.find(({ $id }) => $id === "ad_event.v1")!;
const read = createEventReader(schema, tableOf(schema));
const changed = (payload: object, envelope: object = {}) => {
  const event = adEvent(0);
  return read(lineOf({ ...event, payload: { ...event.payload, ...payload }, ...envelope }));
};

describe("a line of an event file", () => {
  it("becomes a row by the columns of its schema", () => {
    expect(read(lineOf(adEvent(0)))).toEqual({
      row: expect.objectContaining({
        event_id: "decision-0.0.impression",
        occurred_at: "2026-06-01 12:00:00.000",
        campaign_id: 12,
        budget_day: "2026-06-01",
        charged_micros: 5_000,
        invalid_traffic: null,
        extra: null,
        told_by: "stream",
      }),
      problem: null,
    });
  });

  it("keeps fields that the schema does not name as JSON, in an order of their own", () => {
    expect(changed({ z: { b: 1 }, a: "\ud800" }).row?.extra).toBe('{"a":"\ufffd","z":{"b":1}}');
  });

  it("is no event when it breaks a rule of its schema, or of the calendar, or of numbers", () => {
    const { chargedMicros: _, ...lacking } = adEvent(0).payload;
    const problems = [
      changed({ kind: "view" }).problem,
      changed({ slot: -1 }).problem,
      changed({ budgetDay: "2026-02-30" }).problem,
      changed({ chargedMicros: 1e300 }).problem,
      changed({}, { eventId: "a\ud800b" }).problem,
      read(lineOf({ ...adEvent(0), payload: lacking })).problem,
      read(lineOf(adEvent(0)).replace("2026-06-01T12", "2026-06-31T12")).problem,
      read("[]").problem,
      read("{").problem,
    ];
    expect(problems).toEqual([
      "payload.kind must be equal to one of the allowed values",
      "payload.slot must be >= 0",
      "payload.budgetDay does not fit DATE",
      "payload.chargedMicros does not fit BIGINT",
      "eventId is no plain text",
      "payload must have required property 'chargedMicros'",
      "occurredAt is no time",
      "must be object",
      "not JSON",
    ]);
  });

  it("is saved from behind one that was torn, and both are told of", () => {
    const whole = lineOf(adEvent(1));
    const { row, problem } = read(`${lineOf(adEvent(0)).slice(0, 99)}${whole}`);
    expect(row?.event_id).toBe("decision-1.0.impression");
    expect(problem).toBe("torn, an event follows");
    expect(read(whole.slice(0, 99)).row).toBeNull();
  });
});
