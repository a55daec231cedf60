import type { Format, Size, Wish } from "./types.ts";

/** The line above each ad: that it is one, whose, and why. The style sheet has these numbers too. */
const barHeight = 24;
const gap = 12;
/** From these widths on the picture of a native ad stands beside its words. */
const wideFrom = 480;
const widestFrom = 640;
const wordsHeight = 196;
const widestHeight = 168;
const pictureRatio = 1.91;
/** From this size on (px²), 30 % in view count as seen, below it 50 % (Media Rating Council). */
const largeAdPixels = 242_500;

/** "300x250, 728x90" → sizes in pixels; what is no size is left out. */
export const parseSizes = (text: string): readonly Size[] =>
  [...text.matchAll(/(\d+)x(\d+)/g)].slice(0, 20).map(([, w, h]) => [Number(w), Number(h)]);

/**
 * What an element of this width asks for: sizes that fit into it; banners and code where sizes are given and native ads
 * elsewhere, unless it names formats; one to ten ads. No formats = nothing fits. Pure.
 */
export function wishOf(
  attributes: Readonly<Record<string, string | undefined>>,
  width: number,
): Wish {
  const { atelier: code = "", atelierSizes = "", atelierCount, atelierFormats } = attributes;
  const sizes = parseSizes(atelierSizes).filter(([across]) => across <= width);
  const named = atelierFormats ?? (atelierSizes === "" ? "native" : "image html");
  const formats = (["native", "image", "html"] as const).filter(
    (format) => named.includes(format) && (format === "native" || sizes.length > 0),
  );
  const count = Math.min(Number(atelierCount) || 1, 10);
  return { code, formats, sizes, count };
}

/** Of one native ad with its line, in pixels. */
export const nativeHeight = (width: number): number =>
  barHeight +
  (width >= widestFrom
    ? widestHeight
    : wordsHeight + (width >= wideFrom ? 0 : Math.ceil(width / pictureRatio)));

/** The room that the largest of the answers takes, in pixels. */
export function reservedHeight({ formats, sizes, count }: Wish, width: number): number {
  const heightOf = (format: Format): number =>
    format === "native"
      ? nativeHeight(width)
      : barHeight + Math.max(...sizes.map(([, height]) => height));
  return formats.length > 0 ? (Math.max(...formats.map(heightOf)) + gap) * count - gap : 0;
}

/** The share of an ad that has to be in view. */
export const viewableShare = (width: number, height: number): number =>
  width * height >= largeAdPixels ? 0.3 : 0.5;
