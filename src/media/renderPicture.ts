import sharp, { type Sharp } from "sharp";
import {
  mediaLimits,
  type PictureFormat,
  type PictureSize,
  pictureFormats,
  sizesOf,
} from "./pictureSizes.ts";
import type { UploadFormat } from "./sniffPicture.ts";

/** One size in one format, as it will be shown. */
export interface RenderedPicture extends PictureSize {
  readonly format: PictureFormat;
  readonly bytes: Uint8Array;
}

export interface Rendered {
  readonly ok: true;
  /** Pixels of the upload as a person sees it, its orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly RenderedPicture[];
}

/** Why an upload is refused: the rule that it breaks. */
export interface Unrenderable {
  readonly ok: false;
  readonly rule: string;
}

/** Only the decoders that uploads need are left: a file cannot reach one that we never meant (PDF, SVG, TIFF, …). */
function allowFewDecoders(): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  const kept = ["Png", "Jpeg", "Webp", "Nsgif", "Heif"];
  sharp.unblock({ operation: kept.map((name) => `VipsForeignLoad${name}Buffer`) });
  sharp.concurrency(1);
  sharp.cache(false);
}

/** Long enough for the sides of every size, and small enough to be cut two dozen times. */
const masterSidePixels = 2_400;
/** Tried in turn until a picture is light enough: quality, then also a blur, which only noise needs. */
const attempts = [
  { quality: 80, blur: 0 },
  { quality: 70, blur: 0 },
  { quality: 58, blur: 0 },
  { quality: 45, blur: 0 },
  { quality: 35, blur: 0.8 },
  { quality: 25, blur: 2 },
  { quality: 20, blur: 6 },
  { quality: 20, blur: 12 },
  { quality: 15, blur: 20 },
  { quality: 10, blur: 30 },
] as const;
/** A single decode or encode. */
const stepSeconds = 10;

/**
 * Makes all that is shown of an upload: first frame only, upright, in sRGB, on white, without any metadata, cut to every
 * size that it fills around what draws the eye, each at most `mediaLimits.shownBytes`. Refuses by its header what has too
 * many pixels. Takes a second or so of one core and some hundred MB: call it in a process of its own.
 */
export async function renderPicture(
  upload: Uint8Array,
  format: UploadFormat,
): Promise<Rendered | Unrenderable> {
  allowFewDecoders();
  const input = Buffer.from(upload.buffer, upload.byteOffset, upload.byteLength);
  const header = await readHeader(input, format);
  if (!header.ok) return header;
  try {
    const { data, info } = await open(input)
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .resize(masterSidePixels, masterSidePixels, { fit: "inside", withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const master = sharp(data, {
      raw: { width: info.width, height: info.height, channels: info.channels },
    });
    const pictures: RenderedPicture[] = [];
    for (const size of sizesOf(info.width, info.height)) {
      pictures.push(...(await cut(master, size)));
    }
    return { ok: true, width: header.width, height: header.height, pictures };
  } catch {
    // The library's own words are about its insides; what is wrong is the file.
    return { ok: false, rule: "must be a whole picture: this one is damaged or cut short" };
  }
}

const open = (input: Buffer): Sharp =>
  sharp(input, {
    limitInputPixels: mediaLimits.pixels,
    failOn: "error",
    pages: 1,
    sequentialRead: false,
  }).timeout({ seconds: stepSeconds });

interface Header {
  readonly ok: true;
  readonly width: number;
  readonly height: number;
}

/** Reads no pixel: dimensions are judged before anything is decoded. */
async function readHeader(input: Buffer, format: UploadFormat): Promise<Header | Unrenderable> {
  const metadata = await sharp(input, { limitInputPixels: false, pages: 1 })
    .metadata()
    .catch(() => null);
  const found = metadata?.format === "heif" ? "avif" : metadata?.format;
  if (metadata === null || found !== format) {
    return { ok: false, rule: "must be a picture that can be read: this one's header is damaged" };
  }
  const { width, height } = metadata.autoOrient;
  const rule = dimensionRule(width, height) ?? frameRule(metadata.pages ?? 1);
  return rule === null ? { ok: true, width, height } : { ok: false, rule };
}

function dimensionRule(width: number, height: number): string | null {
  const { minWidth, minHeight, pixels, sidePixels, maxAspect } = mediaLimits;
  const is = `(it is ${width} × ${height})`;
  if (width < minWidth || height < minHeight) {
    return `must be at least ${minWidth} × ${minHeight} pixels ${is}`;
  }
  if (width > sidePixels || height > sidePixels) {
    return `must have sides of at most ${sidePixels} pixels ${is}`;
  }
  if (width > maxAspect * height || height > maxAspect * width) {
    return `must be at most ${maxAspect} times as wide as high, or as high as wide ${is}`;
  }
  return width * height > pixels ? `must have at most ${pixels} pixels ${is}` : null;
}

const frameRule = (frames: number): string | null =>
  frames > mediaLimits.frames
    ? `must have at most ${mediaLimits.frames} frames (it has ${frames})`
    : null;

async function cut(master: Sharp, size: PictureSize): Promise<readonly RenderedPicture[]> {
  const { data, info } = await master
    .clone()
    .resize(size.width, size.height, { fit: "cover", position: sharp.strategy.attention })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const made: RenderedPicture[] = [];
  for (const format of pictureFormats) {
    made.push({ ...size, format, bytes: await encodeLightly(() => sharp(data, { raw }), format) });
  }
  return made;
}

/** The best quality that is light enough; what is far too heavy does not try each step. */
async function encodeLightly(source: () => Sharp, format: PictureFormat): Promise<Uint8Array> {
  const last = attempts.length - 1;
  let bytes: Uint8Array = new Uint8Array();
  for (let step = 0; step <= last; ) {
    const { quality, blur } = attempts[step] ?? attempts[0];
    const drawn = blur === 0 ? source() : source().blur(blur);
    bytes = await encoded(drawn, format, quality).timeout({ seconds: stepSeconds }).toBuffer();
    if (bytes.byteLength <= mediaLimits.shownBytes) return bytes;
    step = step === last ? last + 1 : Math.min(last, step + stepsFor(bytes.byteLength));
  }
  throw new Error("too heavy at the lowest quality");
}

/** A step takes off a fifth to a third. */
function stepsFor(heavyBytes: number): number {
  if (heavyBytes > 4 * mediaLimits.shownBytes) return 3;
  return heavyBytes > 2 * mediaLimits.shownBytes ? 2 : 1;
}

const encoded = (drawn: Sharp, format: PictureFormat, quality: number): Sharp =>
  format === "jpg" ? drawn.jpeg({ quality, mozjpeg: true }) : drawn.webp({ quality, effort: 3 });
