import type { DemoCreative, DemoPlace } from "./demoTypes.ts";
import type { Random } from "./random.ts";
import { nativeLimits, pickText, toSlug, type Wording } from "./shopTexts.ts";
import type { Trade } from "./tradeType.ts";

/** IAB sizes that the demo site's placements show. */
export const demoSizes = [
  [300, 250],
  [300, 600],
  [160, 600],
  [728, 90],
  [320, 50],
  [970, 250],
] as const;

/** Shown by shops that show all sizes. */
const rareSize: (typeof demoSizes)[number] = demoSizes[5];

/** The size that native ads are asked for most (1.91:1), and that of icons. */
const nativePicture = [1200, 627] as const;
const iconSide = 200;

/** The picture of a shop's native ads and its icon, as creatives name them. */
export function nativePictures(image: (size: readonly [number, number]) => string) {
  const [imageWidth, imageHeight] = nativePicture;
  const iconUrl = image([iconSide, iconSide]);
  return { imageUrl: image(nativePicture), imageWidth, imageHeight, iconUrl, iconSide };
}

/** The address of a picture of the demo, as JPEG: the one kind that every exchange takes. */
export function demoImageUrl(
  publicUrl: string,
  trade: string,
  shopName: string,
  size: readonly [number, number],
): string {
  const query = new URLSearchParams({ nom: shopName, l: String(size[0]), h: String(size[1]) });
  return `${publicUrl}/demo/images/${trade}.jpg?${query}`;
}

/** A landing page under a domain that is reserved for examples (RFC 2606): it never reaches a real shop. */
export function demoLandingUrl(shopName: string, place: DemoPlace): string {
  return `https://${toSlug(`${shopName} ${place.name}`)}.example.com/`;
}

/** What one shop shows: one or two native ads, and banners of a few sizes for `bannerShare` (0 to 1) of the shops. */
export function makeCreatives(
  shop: {
    readonly name: string;
    readonly trade: Trade;
    readonly place: DemoPlace;
    readonly wording: Wording;
  },
  options: { readonly publicUrl: string; readonly bannerShare: number },
  random: Random,
): readonly DemoCreative[] {
  const landingUrl = demoLandingUrl(shop.name, shop.place);
  const image = (size: readonly [number, number]): string =>
    demoImageUrl(options.publicUrl, shop.trade.slug, shop.name, size);
  const native = (): DemoCreative => ({
    format: "native",
    landingUrl,
    title: pickText(shop.trade.titles, shop.wording, nativeLimits.title, random),
    text: pickText(shop.trade.texts, shop.wording, nativeLimits.text, random),
    callToAction: pickText(shop.trade.actions, shop.wording, nativeLimits.callToAction, random),
    ...nativePictures(image),
  });
  const creatives = [native()];
  if (random.chance(0.2)) creatives.push(native());
  if (!random.chance(options.bannerShare)) return creatives;
  const keepsAll = random.chance(0.4);
  for (const size of demoSizes) {
    if (!keepsAll && (size === rareSize || !random.chance(0.6))) continue;
    const alt = `${shop.name}, ${shop.trade.name}`;
    creatives.push({
      format: "image",
      landingUrl,
      width: size[0],
      height: size[1],
      imageUrl: image(size),
      alt,
    });
  }
  return creatives;
}
