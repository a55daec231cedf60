import sharp, { type Sharp } from "sharp";
import {
  type BannerLayout,
  type Box,
  bannerLayout,
  darkEnough,
  drawnSizes,
} from "./bannerLayout.ts";
import { mediaLimits, type PictureFormat, pictureFormats } from "./pictureSizes.ts";
import type { RenderedPicture } from "./renderPicture.ts";

/** What stands in a banner besides the photo: plain text, whatever characters it has. */
export interface BannerWords {
  readonly title: string;
  readonly advertiserName: string;
  readonly callToAction: string;
}

const font = "DejaVu Sans";
const ink = "#1b1f24";
const faded = "#59616b";
const qualities = [86, 76, 64, 50, 38, 25];

/**
 * Banners in the sizes of `drawnSizes`, of a photo that was decoded once before (one of our own JPEGs) and of words, which
 * are fitted into their boxes. Each at most `mediaLimits.shownBytes`. Some 0.5 s of one core: call it in a process of its own.
 */
export async function drawBanners(
  photo: Uint8Array,
  words: BannerWords,
): Promise<readonly RenderedPicture[]> {
  sharp.concurrency(1);
  sharp.cache(false);
  const { dominant } = await sharp(photo).stats();
  const accent = darkEnough([dominant.r, dominant.g, dominant.b]);
  const drawn: RenderedPicture[] = [];
  for (const [width, height] of drawnSizes) {
    const data = await drawBanner(photo, words, accent, width, height);
    const raw = { width, height, channels: 3 as const };
    for (const format of pictureFormats) {
      const bytes = await encodeLightly(() => sharp(data, { raw }), format);
      drawn.push({ use: "banner", width, height, format, bytes });
    }
  }
  return drawn;
}

async function drawBanner(
  photo: Uint8Array,
  words: BannerWords,
  accent: string,
  width: number,
  height: number,
): Promise<Buffer> {
  const layout = bannerLayout(width, height);
  const { photo: at, title, name } = layout;
  const cut = sharp(photo).resize(at.width, at.height, {
    fit: "cover",
    position: sharp.strategy.attention,
  });
  return sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
    .composite([
      { input: await cut.toBuffer(), left: at.left, top: at.top },
      { input: frameOf(layout, width, height, accent), left: 0, top: 0 },
      await fitWords(words.title, title, { colour: ink, weight: "bold", most: 34 }),
      await fitWords(words.advertiserName, name, { colour: faded, weight: "normal", most: 16 }),
      ...(layout.button === null ? [] : [await buttonWords(words.callToAction, layout.button)]),
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** The button and the line around the whole, in numbers and colours of our own only. */
function frameOf({ button }: BannerLayout, width: number, height: number, accent: string): Buffer {
  const box =
    button === null
      ? ""
      : `<rect x="${button.left}" y="${button.top}" width="${button.width}" height="${button.height}" rx="4" fill="${accent}"/>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${box}<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" fill="none" stroke="#c9ced6"/></svg>`,
  );
}

function buttonWords(text: string, button: Box) {
  const sides = Math.round(button.width * 0.06);
  const box = {
    left: button.left + sides,
    top: button.top + Math.round(button.height * 0.18),
    width: button.width - sides * 2,
    height: Math.round(button.height * 0.64),
  };
  return fitWords(text, box, { colour: "#ffffff", weight: "bold", most: 18, isCentred: true });
}

interface Look {
  readonly colour: string;
  readonly weight: "normal" | "bold";
  /** The largest size of letters, pixels. */
  readonly most: number;
  readonly isCentred?: boolean;
}

const leastPixels = 7;

/** Words as a picture: the largest letters with which all of them are in the box, in several lines where that helps. */
async function fitWords(text: string, box: Box, look: Look) {
  for (let size = Math.min(look.most, box.height); ; size--) {
    const { data, info } = await setWords(text, box.width, size, look);
    const fits = info.width <= box.width && info.height <= box.height;
    if (!fits && size > leastPixels) continue;
    // Even the smallest letters are too large for long words in tiny boxes: what is left over is cut.
    const input = fits ? data : await cropped(data, info, box);
    const width = Math.min(info.width, box.width);
    const height = Math.min(info.height, box.height);
    const left = box.left + (look.isCentred ? Math.round((box.width - width) / 2) : 0);
    return { input, left, top: box.top + Math.round((box.height - height) / 2) };
  }
}

/** At 72 dots an inch, points are pixels. */
const setWords = (text: string, width: number, size: number, look: Look) =>
  sharp({
    text: {
      text: `<span foreground="${look.colour}" weight="${look.weight}">${escapeMarkup(text)}</span>`,
      font: `${font} ${size}`,
      width,
      dpi: 72,
      rgba: true,
      wrap: "word",
      align: look.isCentred ? "centre" : "left",
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });

const cropped = (
  data: Buffer,
  info: { readonly width: number; readonly height: number },
  box: Box,
): Promise<Buffer> =>
  sharp(data)
    .extract({
      left: 0,
      top: 0,
      width: Math.min(info.width, box.width),
      height: Math.min(info.height, box.height),
    })
    .toBuffer();

const marks: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"']/g, (mark) => marks[mark] ?? "");

async function encodeLightly(source: () => Sharp, format: PictureFormat): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array();
  for (const quality of qualities) {
    const drawn =
      format === "jpg"
        ? source().jpeg({ quality, mozjpeg: true, chromaSubsampling: "4:4:4" })
        : source().webp({ quality, effort: 3 });
    bytes = await drawn.toBuffer();
    if (bytes.byteLength <= mediaLimits.shownBytes) return bytes;
  }
  return bytes;
}
