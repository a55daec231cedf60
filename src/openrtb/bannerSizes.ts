import type { BannerAsk, FlexSize, Size, SizeRange } from "./types.ts";

/** 728 × 90 passes for 8:1; 970 × 250 does not for 4:1, since the publisher would have to stretch it. */
const ratioTolerance = 0.02;

/**
 * The sizes that fit a banner: those named, and of `known` (the sizes that creatives may have) those that fit its flex
 * shapes and its limits. In the order of preference, without repeats. Empty = nothing can be said to fit.
 */
export function bannerSizesOf(banner: BannerAsk, known: readonly Size[]): readonly Size[] {
  if (banner.flex.length === 0 && banner.ranges.length === 0) return banner.sizes;
  const fitting = known.filter(
    (size) =>
      banner.flex.some((flex) => fitsFlex(size, flex)) ||
      banner.ranges.some((range) => fitsRange(size, range)),
  );
  const isNamed = ([width, height]: Size) =>
    banner.sizes.some((it) => it[0] === width && it[1] === height);
  return [...banner.sizes, ...fitting.filter((size) => !isNamed(size))];
}

/** Whether a size has the shape, within 2 %, and is wide enough. */
export function fitsFlex([width, height]: Size, flex: FlexSize): boolean {
  const asked = flex.widthRatio / flex.heightRatio;
  return width >= flex.minWidth && Math.abs(width / height / asked - 1) <= ratioTolerance;
}

function fitsRange([width, height]: Size, range: SizeRange): boolean {
  return (
    width >= range.minWidth &&
    height >= range.minHeight &&
    width <= (range.maxWidth ?? width) &&
    height <= (range.maxHeight ?? height)
  );
}
