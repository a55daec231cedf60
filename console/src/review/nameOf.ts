import type { Creative, QueuedCreative } from "../../../sdk/src/generated.ts";

/** What an ad is called in sentences: its title, or whose it is. Pure. */
export function nameOf({ creative, advertiserName }: QueuedCreative): string {
  return creative.format === "native" ? creative.title : advertiserName;
}

/** The formats in which an ad is laid out, the most usual first: "native", "300x250". Pure. */
export function formatsOf(
  creative: Creative,
  bannerSizes: readonly (readonly [number, number])[],
): readonly PreviewFormat[] {
  if (creative.format !== "native")
    return [{ format: null, width: creative.width, height: creative.height }];
  const usual = ["300x250", "320x50", "728x90", "300x600"];
  const banners = bannerSizes.map(([width, height]) => ({
    format: `${width}x${height}`,
    width,
    height,
  }));
  const rank = ({ format }: { readonly format: string }) => {
    const at = usual.indexOf(format);
    return at === -1 ? usual.length : at;
  };
  const card: PreviewFormat = { format: null, width: 322, height: 290 };
  return [card, ...banners.toSorted((a, b) => rank(a) - rank(b))];
}

export interface PreviewFormat {
  /** As the preview's address has it; null = as it is. */
  readonly format: string | null;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}
