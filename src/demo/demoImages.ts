import { type Pictogram, pictograms } from "./pictograms.ts";
import { allTrades } from "./trades/allTrades.ts";

export interface DemoImageRequest {
  /** Slug of a trade; anything else draws a house. */
  readonly trade: string;
  /** Written on the picture; at most 60 characters are kept. */
  readonly shopName: string;
  /** Pixels, 16 to 1,200. */
  readonly width: number;
  readonly height: number;
}

const pictogramBySlug = new Map<string, Pictogram>(
  allTrades.map((trade) => [trade.slug, trade.pictogram]),
);
const hueBySlug = new Map(
  allTrades.map((trade, index) => [trade.slug, Math.round((index * 360) / allTrades.length)]),
);
const fontFamily = "Georgia, 'Times New Roman', serif";

/** Draws a shop's picture as an SVG: its pictogram on a soft gradient, its name beside or below. Pure; never throws. */
export function renderDemoImage(request: DemoImageRequest): string {
  const width = clampPixels(request.width);
  const height = clampPixels(request.height);
  const hue = hueBySlug.get(request.trade) ?? 210;
  const path = pictograms[pictogramBySlug.get(request.trade) ?? "house"];
  const isWide = width > height * 2;
  const icon = isWide ? height * 0.6 : Math.min(width * 0.5, height * 0.4);
  const iconX = isWide ? height * 0.2 : (width - icon) / 2;
  const iconY = isWide ? height * 0.2 : height * 0.32 - icon / 2;
  const scale = (icon / 24).toFixed(3);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="hsl(${hue} 45% 94%)"/>`,
    `<stop offset="1" stop-color="hsl(${(hue + 25) % 360} 48% 80%)"/></linearGradient></defs>`,
    `<rect width="${width}" height="${height}" fill="url(#g)"/>`,
    `<g transform="translate(${iconX.toFixed(1)} ${iconY.toFixed(1)}) scale(${scale})" fill="none" `,
    `stroke="hsl(${hue} 45% 30%)" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">`,
    `<path d="${path}"/></g>`,
    ...drawName(request.shopName, width, height, isWide, hue),
    "</svg>",
  ].join("");
}

function drawName(
  shopName: string,
  width: number,
  height: number,
  isWide: boolean,
  hue: number,
): readonly string[] {
  const room = isWide ? width - height : width * 0.88;
  const lines = isWide ? [cleanName(shopName)] : breakLines(cleanName(shopName));
  const longest = Math.max(1, ...lines.map((line) => line.length));
  const size = Math.min(isWide ? height * 0.36 : height * 0.11, room / (longest * 0.55), 42);
  const x = isWide ? height : width / 2;
  const firstY = isWide ? height / 2 + size * 0.35 : height * 0.68;
  const anchor = isWide ? "start" : "middle";
  return lines.map(
    (line, index) =>
      `<text x="${x.toFixed(1)}" y="${(firstY + index * size * 1.2).toFixed(1)}" text-anchor="${anchor}" ` +
      `font-family="${fontFamily}" font-size="${size.toFixed(1)}" fill="hsl(${hue} 45% 22%)">${escapeXml(line)}</text>`,
  );
}

/** Up to three lines of about equal length. */
function breakLines(name: string): readonly string[] {
  const target = Math.max(12, Math.ceil(name.length / 3));
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || (last.length + word.length + 1 > target && lines.length < 3)) {
      lines.push(word);
    } else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function cleanName(name: string): string {
  return [...name.replace(/\p{C}/gu, " ").replace(/\s+/g, " ").trim()].slice(0, 60).join("");
}

function clampPixels(pixels: number): number {
  return Number.isFinite(pixels) ? Math.round(Math.min(1200, Math.max(16, pixels))) : 300;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
