import fc from "fast-check";
import { expect, test } from "vitest";
import { createVisitorKeyOf } from "../../../src/audience/visitorKey.ts";

const visitorKeyOf = createVisitorKeyOf("a secret of the house");

test("the same visitor has the same key, another one or another secret gives another key", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
      expect(visitorKeyOf(one)).toBe(visitorKeyOf(one));
      expect(visitorKeyOf(one) === visitorKeyOf(other)).toBe(one === other);
      expect(createVisitorKeyOf("another secret, as long")(one)).not.toBe(visitorKeyOf(one));
    }),
  );
});

test("a key has the 22 characters of 16 bytes and does not show the id", () => {
  expect(visitorKeyOf("v-123")).toMatch(/^[\w-]{22}$/);
  expect(visitorKeyOf("v-123")).not.toContain("123");
});

test("keys stay what they are from one release to the next: stored scores hang on them", () => {
  expect(visitorKeyOf("v-123")).toBe("QXjuzYfsncc3AQg-kUOPbA");
});

test("a secret that can be guessed is refused", () => {
  expect(() => createVisitorKeyOf("short")).toThrow(RangeError);
});
