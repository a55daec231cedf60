import { expect, test } from "vitest";
import { bannerSizes as known } from "../../../src/campaigns/limits.ts";
import { bannerSizesOf, fitsFlex } from "../../../src/openrtb/bannerSizes.ts";
import type { BannerAsk } from "../../../src/openrtb/types.ts";

const banner: BannerAsk = {
  sizes: [],
  flex: [],
  ranges: [],
  blockedAttributes: [],
  blockedTypes: [],
  apis: [],
  position: null,
  mimes: [],
};

test("exact sizes are taken as they are, known or not", () => {
  expect(bannerSizesOf({ ...banner, sizes: [[333, 77]] }, known)).toEqual([[333, 77]]);
});

test("a shape takes what is as wide as it asks, and within two hundredths of its ratio", () => {
  const flex = { widthRatio: 8, heightRatio: 1, minWidth: 728 };
  expect(fitsFlex([728, 90], flex)).toBe(true);
  expect(fitsFlex([728, 90], { ...flex, minWidth: 729 })).toBe(false);
  expect(fitsFlex([970, 250], { widthRatio: 4, heightRatio: 1, minWidth: 0 })).toBe(false);
  expect(fitsFlex([300, 600], { widthRatio: 2, heightRatio: 1, minWidth: 0 })).toBe(false);
});

test("limits without an end are open there", () => {
  const range = { minWidth: 970, maxWidth: null, minHeight: 1, maxHeight: 300 };
  expect(bannerSizesOf({ ...banner, ranges: [range] }, known)).toEqual([
    [970, 90],
    [970, 250],
  ]);
});

test("exact sizes go before those that fit, and are not repeated", () => {
  const flex = [{ widthRatio: 6, heightRatio: 5, minWidth: 300 }];
  expect(bannerSizesOf({ ...banner, sizes: [[300, 250]], flex }, known)).toEqual([
    [300, 250],
    [336, 280],
  ]);
});
