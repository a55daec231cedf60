import { bannerSizes } from "../campaigns/limits.ts";

/** What is made of an uploaded picture, and the limits on what may be uploaded. Pure. */
export const mediaLimits = {
  /** Bytes of an upload. */
  uploadBytes: 10 * 1024 * 1024,
  /** Pixels of an upload, width × height: 40 megapixels is more than a telephone takes. */
  pixels: 40_000_000,
  sidePixels: 12_000,
  /** Of a strip nothing is left that could be recognised. */
  maxAspect: 4,
  /** Less than this cannot fill the smallest native picture without being enlarged. */
  minWidth: 600,
  minHeight: 314,
  /** Frames of an animation, of which the first is kept. */
  frames: 200,
  /** Bytes of what is shown: photos must not slow a page. */
  shownBytes: 51_200,
  /** Pictures of one advertiser. */
  perAdvertiser: 500,
  nameCharacters: 100,
} as const;

export const pictureFormats = ["jpg", "webp"] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** What a size is for: an image banner, a native picture, or an icon. */
export type PictureUse = "native" | "icon" | "banner";

export interface PictureSize {
  readonly use: PictureUse;
  readonly width: number;
  readonly height: number;
}

/** 1.91:1, 4:3 and 1:1: the shapes that native placements and exchanges ask for. Largest first. */
const nativeSizes = [
  [1200, 627],
  [800, 600],
  [600, 600],
  [600, 314],
  [400, 300],
  [300, 300],
] as const;
const iconSizes = [[200, 200]] as const;

/** Named in the addresses: whoever changes how pictures are cut or encoded counts it up, so that an address never changes its bytes. */
export const recipe = 1;

/** The sizes that a picture of these dimensions fills without being enlarged. Each once, native ones first. */
export function sizesOf(width: number, height: number): readonly PictureSize[] {
  const all: readonly PictureSize[] = [
    ...nativeSizes.map(([w, h]) => ({ use: "native" as const, width: w, height: h })),
    ...iconSizes.map(([w, h]) => ({ use: "icon" as const, width: w, height: h })),
    ...bannerSizes.map(([w, h]) => ({ use: "banner" as const, width: w, height: h })),
  ];
  const seen = new Set<string>();
  return all.filter((size) => {
    const key = `${size.width}x${size.height}`;
    if (size.width > width || size.height > height || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** "3f…-1200x627.jpg": the name under which a size is kept and shown. */
export function pictureFileName(
  hash: string,
  { width, height }: Pick<PictureSize, "width" | "height">,
  format: PictureFormat,
): string {
  return `${hash}-${width}x${height}.${format}`;
}

const fileName = /^[0-9a-f]{32}-\d{1,4}x\d{1,4}\.(jpg|webp)$/;

/** The format of a picture's name, or null for what is no such name: nothing else ever reaches a store. */
export function formatOfFileName(name: string): PictureFormat | null {
  const format = fileName.exec(name)?.[1];
  return format === "jpg" || format === "webp" ? format : null;
}

/** The type that a picture is served with. */
export const contentTypes: Readonly<Record<PictureFormat, string>> = {
  jpg: "image/jpeg",
  webp: "image/webp",
};
