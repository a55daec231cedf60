import { describe, expect, it } from "vitest";
import { parseMapping } from "../../../../src/stores/lake/legacy/mapping.ts";

const mapping = {
  schema: "page_activity.v1",
  format: "csv",
  occurredAt: { column: "date", format: "iso" },
  eventId: { column: "id" },
  payload: { kind: { constant: "page_view" } },
};
const withPayload = (fields: object, more: object = {}) =>
  JSON.stringify({ ...mapping, ...more, payload: { ...mapping.payload, ...fields } });
const consent = { column: "ok", values: ["1"] };

describe("a mapping of old files", () => {
  it.each(["visitorKey", "accountKey"])("never takes %s as it stands in the file", (name) => {
    for (const field of [{ column: "user" }, { column: "user", as: "text" }, { constant: "x" }])
      expect(() => parseMapping(withPayload({ [name]: field }, { consent }))).toThrow(
        `payload.${name}: must be`,
      );
    const hashed = { [name]: { column: "user", as: "visitor" } };
    expect(parseMapping(withPayload(hashed, { consent })).payload).toMatchObject(hashed);
  });

  it("takes visitors only with the column that says who allowed it", () => {
    const hashed = { visitorKey: { column: "user", as: "visitor" } };
    expect(() => parseMapping(withPayload(hashed))).toThrow("needs `consent`");
  });
});
