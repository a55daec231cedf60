import { describe, expect, test } from "vitest";
import { createAdsBodyValidator } from "../../../src/serving/validateAdsBody.ts";
import { batchesOf, bodyOf, deviceType } from "../../../tag/page/request.ts";
import type { Signal, Wish } from "../../../tag/page/types.ts";

const slot = (code: string, fields: Partial<Wish> = {}) => ({
  wish: { code, formats: ["native"], sizes: [], count: 1, ...fields } as Wish,
});
const idsOf = (slots: readonly ReturnType<typeof slot>[]) =>
  batchesOf(slots).map(({ placements }) => placements.map(({ id, count }) => `${id} ${count}`));

describe("what a page wants", () => {
  test("is asked for in one request, a placement that stands there several times as several ads", () => {
    expect(idsOf([slot("top"), slot("list", { count: 3 }), slot("list")])).toEqual([
      ["top 1", "list 4"],
    ]);
  });

  test("is never more than a request may hold", () => {
    const many = Array.from({ length: 41 }, (_, index) => slot(`p${index}`));
    expect(idsOf(many).map(({ length }) => length)).toEqual([20, 20, 1]);
    expect(idsOf(Array.from({ length: 12 }, () => slot("list")))).toEqual([["list 10"]]);
  });
});

describe("a request", () => {
  const config = {
    site: "annonces",
    page: { category: "vehicules/voitures", keywords: ["clio"] },
    place: { search: { postalCode: "87000" }, home: { postalCode: "87100" } },
    visitor: { id: "v-1", signature: "ab", gdpr: `$${"{GDPR}"}` },
  };
  const viewId = "12345_67890_12345_6";
  const bodyFor = (signal: Signal, more: object = {}) =>
    bodyOf(
      { ...config, ...more },
      signal,
      viewId,
      "Mobi",
      batchesOf([slot("top")])[0]?.placements ?? [],
    );

  test("tells of the visitor only what a choice may allow", () => {
    expect(bodyFor({})).toMatchObject({
      place: { search: { postalCode: "87000" } },
      visitor: undefined,
    });
    expect(bodyFor({})).not.toHaveProperty("place.home");
    expect(bodyFor({ gdpr: true, consent: "CQ" })).toMatchObject({
      place: config.place,
      visitor: { id: "v-1", signature: "ab", gdpr: true, consent: "CQ" },
    });
    expect(bodyFor({ gdpr: false }).valueOf()).toMatchObject({
      visitor: { id: "v-1", gdpr: false },
    });
  });

  test("tells nothing of a visitor who wants no profile, whatever was allowed before", () => {
    const body = bodyFor({ gdpr: true, consent: "CQ" }, { personalised: false });
    expect(JSON.stringify(body)).not.toMatch(/v-1|CQ|87100/);
  });

  test("is one that the server takes", () => {
    const validate = createAdsBodyValidator();
    for (const signal of [{}, { gdpr: false }, { gdpr: true, consent: "CQAA" }]) {
      const sent: unknown = JSON.parse(JSON.stringify(bodyFor(signal)));
      expect(validate(sent)).toBe(sent);
    }
  });
});

test("the kind of device is what each request says anyway", () => {
  const kinds = [
    "(iPhone; Mobile/15E)",
    "(Linux; Android 14; Mobile)",
    "(Linux; Android 14)",
    "(X11)",
  ];
  expect(kinds.map(deviceType)).toEqual(["mobile", "mobile", "tablet", "desktop"]);
});
