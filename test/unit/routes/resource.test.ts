import express from "express";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { deprecated } from "../../../src/routes/deprecation.ts";
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

describe("a route that is going away", () => {
  const day = 24 * 3_600_000;
  const sinceMs = Date.UTC(2026, 0, 1);
  const old = {
    sinceMs,
    sunsetMs: Date.UTC(2026, 6, 31, 23, 59, 59),
    moreAt: "https://docs.example/v2",
  };

  it("says since when, until when and where to read more, in every answer", async () => {
    const app = express();
    app.get("/old", deprecated(old), (_request, response) => void response.json({}));
    const { headers } = await request(app).get("/old");
    expect(headers.deprecation).toBe("@1767225600");
    expect(headers.sunset).toBe("Fri, 31 Jul 2026 23:59:59 GMT");
    expect(headers.link).toBe('<https://docs.example/v2>; rel="deprecation"; type="text/html"');
  });

  it("has half a year's notice", () => {
    expect(() => deprecated({ ...old, sunsetMs: sinceMs + 181 * day })).toThrow(RangeError);
  });
});
