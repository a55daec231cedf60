import { fitsFlex } from "./bannerSizes.ts";
import type { BannerAsk, Size } from "./types.ts";

/** The size that a bid names. */
export interface BannerSize {
  readonly width: number;
  readonly height: number;
  /** Of the flexible size that it fits; null = it fits an exact size or a range. */
  readonly ratio: { readonly width: number; readonly height: number } | null;
}

/** How a creative of fixed size fits a banner: exactly, else within a range, else in a flexible shape; null = it does not. */
export function bannerFit(banner: BannerAsk, [width, height]: Size): BannerSize | null {
  const isExact = banner.sizes.some(([w, h]) => w === width && h === height);
  const isInRange = banner.ranges.some(
    (range) =>
      width >= range.minWidth &&
      width <= (range.maxWidth ?? width) &&
      height >= range.minHeight &&
      height <= (range.maxHeight ?? height),
  );
  if (isExact || isInRange) return { width, height, ratio: null };
  const flex = banner.flex.find((shape) => fitsFlex([width, height], shape));
  if (flex === undefined) return null;
  return { width, height, ratio: { width: flex.widthRatio, height: flex.heightRatio } };
}

const largestCard = 1_200;

/** The first of a banner's sizes into which a native ad can be laid (see `cardMarkup`); null = none. */
export function cardFit(banner: BannerAsk): BannerSize | null {
  const size = banner.sizes.find(
    ([width, height]) =>
      width <= largestCard &&
      height <= largestCard &&
      (isTall(width, height) || width >= 300) &&
      height >= 50,
  );
  return size === undefined ? null : { width: size[0], height: size[1], ratio: null };
}

/** Picture above the text, rather than beside it. */
export function isTall(width: number, height: number): boolean {
  return width >= 160 && height >= 200 && height * 2 > width;
}
