import { describe, expect, it } from "vitest";
import { isNoneMatch, versionsOfIfMatch } from "../../../src/routes/entityTags.ts";

describe("If-Match", () => {
  it.each([
    [undefined, null],
    ["*", null],
    ['"3"', [3]],
    ['"3", "4" ,"5"', [3, 4, 5]],
    ['W/"3"', []],
    ['"3-gzip"', []],
    ['"0"', []],
  ])("%s allows the versions %j", (header, versions) => {
    expect(versionsOfIfMatch(header)).toEqual(versions);
  });

  it.each(["3", '"3', "'3'", '"3";"4"', '"3","'])("%s is refused by name", (header) => {
    expect(() => versionsOfIfMatch(header)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ pointer: "if-match" })] }),
    );
  });

  it("is answered in time however long it is", () => {
    const header = `${'"3",'.repeat(4_000)}x`;
    const beganMs = performance.now();
    expect(() => versionsOfIfMatch(header)).toThrow();
    expect(performance.now() - beganMs).toBeLessThan(200);
  });
});

describe("If-None-Match", () => {
  it.each([
    [undefined, false],
    ["*", true],
    ['"3"', true],
    ['W/"3"', true],
    ['"4"', false],
    ['"4", "3"', true],
  ])("%s on version 3 says %s", (header, isMatch) => {
    expect(isNoneMatch(header, 3)).toBe(isMatch);
  });
});
