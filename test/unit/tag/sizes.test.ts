import { describe, expect, test } from "vitest";
import { viewabilityScript } from "../../../src/openrtb/viewabilityScript.ts";
import {
  nativeHeight,
  parseSizes,
  reservedHeight,
  viewableShare,
  wishOf,
} from "../../../tag/page/sizes.ts";

describe("what an element wishes for", () => {
  test("is a native ad, unless it gives sizes or names formats", () => {
    expect(wishOf({ atelier: "list" }, 400)).toEqual({
      code: "list",
      formats: ["native"],
      sizes: [],
      count: 1,
    });
    expect(wishOf({ atelier: "top", atelierSizes: "300x250" }, 400)).toMatchObject({
      formats: ["image", "html"],
      sizes: [[300, 250]],
    });
    const mixed = { atelier: "top", atelierSizes: "300x250", atelierFormats: "native image" };
    expect(wishOf(mixed, 400).formats).toEqual(["native", "image"]);
  });

  test("are only sizes that fit its width, and nothing when none does", () => {
    const sizes = { atelier: "top", atelierSizes: "970x250, 728x90,320x50 300x600" };
    expect(wishOf(sizes, 360).sizes).toEqual([
      [320, 50],
      [300, 600],
    ]);
    expect(wishOf(sizes, 200).formats).toEqual([]);
    expect(wishOf({ ...sizes, atelierFormats: "native,image" }, 200).formats).toEqual(["native"]);
  });

  test("is at most ten ads, and one where the number is none", () => {
    const countOf = (atelierCount: string) => wishOf({ atelier: "list", atelierCount }, 300).count;
    expect(["3", "10", "99", "", "trois", "0"].map(countOf)).toEqual([3, 10, 10, 1, 1, 1]);
  });

  test("names what is a size and leaves out what is none", () => {
    expect(parseSizes("300x250;x;12,fluid, 1x1")).toEqual([
      [300, 250],
      [1, 1],
    ]);
    expect(parseSizes("1x1 ".repeat(50))).toHaveLength(20);
  });
});

describe("the room that is kept", () => {
  test("is that of the tallest answer, with the line above it", () => {
    const wish = wishOf({ atelier: "top", atelierSizes: "300x250 300x600 970x250" }, 320);
    expect(reservedHeight(wish, 320)).toBe(624);
  });

  test("is that of all ads of a list, and nothing where nothing fits", () => {
    expect(reservedHeight(wishOf({ atelier: "list", atelierCount: "3" }, 700), 700)).toBe(600);
    expect(reservedHeight(wishOf({ atelier: "top", atelierSizes: "970x250" }, 320), 320)).toBe(0);
  });

  test("of a native ad depends on the width: the picture stands above, then beside the words", () => {
    expect([300, 479, 480, 639, 640, 1200].map(nativeHeight)).toEqual([
      378, 471, 220, 220, 192, 192,
    ]);
  });
});

test("half of an ad has to be in view, and three tenths of one of 242,500 square pixels or more; in exchanges' markup too", () => {
  const markup = viewabilityScript("https://ads.example/t/v/x", 970, 250);
  expect(markup).toContain('data-r="0.3"');
  expect(viewableShare(300, 600)).toBe(0.5);
  expect(viewableShare(970, 250)).toBe(0.3);
  expect(viewableShare(969, 250)).toBe(0.5);
});
