import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeCursor,
  encodeCursor,
  type ListPosition,
  listFingerprint,
} from "../../../src/campaigns/cursor.ts";
import { parseListRequest } from "../../../src/campaigns/listQuery.ts";
import { campaignList } from "../../../src/campaigns/lists.ts";

const id = fc.integer({ min: 1, max: 2_147_483_647 });
const text = fc.string({ unit: "grapheme", maxLength: 60 }).filter((one) => !one.includes("\0"));
const micros = fc.integer({ min: -5e15, max: 5e15 });
const list = fc.record({ by: fc.constantFrom("name", "updatedAt"), descending: fc.boolean() });

describe("a cursor", () => {
  it("brings back every position of its own list, and of no other", () => {
    fc.assert(
      fc.property(id, text, micros, list, list, (one, name, instant, order, other) => {
        const fingerprint = listFingerprint("campaigns", order, { status: "active" });
        const positions: readonly (readonly [ListPosition, "id" | "text" | "integer"])[] = [
          [{ id: one, value: null }, "id"],
          [{ id: one, value: name }, "text"],
          [{ id: one, value: instant }, "integer"],
        ];
        const isSame = order.by === other.by && order.descending === other.descending;
        const otherFingerprint = listFingerprint("campaigns", other, { status: "active" });
        for (const [position, kind] of positions) {
          const cursor = encodeCursor(position, fingerprint);
          expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(decodeCursor(cursor, fingerprint, kind)).toEqual(position);
          expect(decodeCursor(cursor, otherFingerprint, kind)).toEqual(isSame ? position : null);
          const foreign = listFingerprint("campaigns", order, { status: "paused" });
          expect(decodeCursor(cursor, foreign, kind)).toBeNull();
        }
      }),
    );
  });

  it("is refused or a position, whatever somebody makes up", () => {
    const fingerprint = listFingerprint("campaigns", { by: "name", descending: false }, {});
    const content = fc.oneof(
      fc.json(),
      fc
        .tuple(fc.constant(fingerprint), fc.jsonValue(), fc.jsonValue())
        .map((it) => JSON.stringify(it)),
    );
    const made = fc.oneof(
      fc.string(),
      content.map((it) => Buffer.from(it).toString("base64url")),
    );
    fc.assert(
      fc.property(made, fc.constantFrom("id", "text", "integer"), (cursor, kind) => {
        const position = decodeCursor(cursor, fingerprint, kind);
        if (position === null) return;
        expect(position.id).toBeGreaterThan(0);
        expect(Number.isInteger(position.id)).toBe(true);
        const kinds = { id: "object", text: "string", integer: "number" };
        expect(typeof position.value).toBe(kinds[kind]);
      }),
    );
  });

  it("walks any list once and in order, whatever is inserted and deleted meanwhile", () => {
    const rows = fc.uniqueArray(fc.record({ id, name: fc.constantFrom("a", "b", "c", "d") }), {
      selector: (row) => row.id,
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        rows,
        rows,
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        (kept, passing, descending, limit) => {
          const passingOnly = passing.filter((row) => kept.every((one) => one.id !== row.id));
          const sign = descending ? -1 : 1;
          const compare = (a: Row, b: Row) =>
            (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id) * sign;
          const seen: Row[] = [];
          let after: string | null = null;
          for (let page = 0; page === 0 || after !== null; page += 1) {
            // Others come and go between two pages.
            const present = [
              ...kept,
              ...passingOnly.filter((_row, index) => (index + page) % 2 === 0),
            ];
            const query: Record<string, string> = {
              sort: descending ? "-name" : "name",
              limit: String(limit),
              ...(after === null ? {} : { cursor: after }),
            };
            const asked = parseListRequest(campaignList, query);
            if (!asked.ok) throw new Error("refused");
            const { after: position, cursorOf } = asked.value;
            const from = position && { name: String(position.value), id: position.id };
            const rest = present
              .toSorted(compare)
              .filter((row) => from === null || compare(row, from) > 0);
            const items = rest.slice(0, limit);
            seen.push(...items);
            const last = rest.length > limit ? items.at(-1) : undefined;
            after = last === undefined ? null : cursorOf({ value: last.name, id: last.id });
          }
          const isKept = (row: Row) => kept.some((one) => one.id === row.id);
          expect(seen.filter(isKept)).toEqual(kept.toSorted(compare));
          expect(seen).toEqual(seen.toSorted(compare));
        },
      ),
    );
  });
});

interface Row {
  readonly id: number;
  readonly name: string;
}
