import { imageTypes } from "../targeting/bidConstraints.ts";
import { imageTypeNumber } from "../targeting/creativeContent.ts";
import type { NativeContent } from "../targeting/types.ts";
import type { BidCandidate } from "./bidTypes.ts";
import { landingDomain } from "./landingDomain.ts";
import { mentionOf } from "./mentionOf.ts";
import type { NativeAsk, NativeAsset, NativeData, NativeImage } from "./nativeTypes.ts";

/** One asset of a native answer; exactly one of title, img and data. */
export interface FilledAsset {
  readonly id: number;
  readonly title?: { readonly text: string };
  readonly img?: { readonly url: string; readonly w?: number; readonly h?: number };
  readonly data?: { readonly value: string };
}

type Filling = Omit<FilledAsset, "id">;

/**
 * The assets of a native ask as a native creative can fill them: each within its limits and never cut, since half a word is
 * no text of the shop's. Null when a required one cannot be filled, or nothing can; optional ones are then left out.
 */
export function fillAssets(
  ask: NativeAsk,
  content: NativeContent,
  candidate: BidCandidate,
): readonly FilledAsset[] | null {
  const filled: FilledAsset[] = [];
  const mention = mentionOf(candidate);
  for (const asset of ask.assets) {
    const filling = fill(asset, ask, content, candidate);
    if (filling !== null) filled.push({ id: asset.id, ...filling });
    else if (asset.required) return null;
  }
  // What the law has an ad say is said in it, or there is no ad.
  const isSaid = mention === "" || filled.some(({ data }) => data?.value.includes(mention));
  return filled.length > 0 && isSaid ? filled : null;
}

function fill(
  asset: NativeAsset,
  ask: NativeAsk,
  content: NativeContent,
  candidate: BidCandidate,
): Filling | null {
  switch (asset.kind) {
    case "title":
      return fits(content.title, asset.maxLength) ? { title: { text: content.title } } : null;
    case "image":
      return fillImage(asset, content, candidate);
    case "data": {
      const value = dataValue(asset, ask, content, candidate);
      return value !== null && fits(value, asset.maxLength) ? { data: { value } } : null;
    }
    case "video":
    case "unknown":
      return null;
  }
}

/** Counted in UTF-16 units, of which there are no fewer than characters: it fits however the exchange counts. */
function fits(text: string, maxLength: number | null): boolean {
  return maxLength === null || text.length <= maxLength;
}

/** Shops have one picture; it stands for their icon or logo where they have no other and it has the shape of one. */
function fillImage(
  asset: NativeImage,
  content: NativeContent,
  { picture, icon = null }: BidCandidate,
): Filling | null {
  const isIcon = asset.use === "icon" || asset.use === "logo";
  const isSquare = picture !== null && picture.width === picture.height;
  if (isIcon && icon === null && !isSquare) return null;
  const url = isIcon && icon !== null ? icon.url : content.imageUrl;
  const size = isIcon && icon !== null ? { width: icon.side, height: icon.side } : picture;
  const type = imageType(url);
  if (asset.mimes.length > 0 && (type === null || !acceptsMime(asset.mimes, type))) return null;
  if (!hasRoomFor(asset, size)) return null;
  return { img: size === null ? { url } : { url, w: size.width, h: size.height } };
}

/** Minimums count where there are any, since the picture is then rescaled; else an exact width or height does. */
function hasRoomFor(asset: NativeImage, picture: BidCandidate["picture"]): boolean {
  const { minWidth, minHeight, width, height } = asset;
  const hasMinimum = minWidth !== null || minHeight !== null;
  if (!hasMinimum && width === null && height === null) return true;
  if (picture === null) return false;
  if (hasMinimum) return picture.width >= (minWidth ?? 0) && picture.height >= (minHeight ?? 0);
  return (
    picture.width === (width ?? picture.width) && picture.height === (height ?? picture.height)
  );
}

function dataValue(
  asset: NativeData,
  ask: NativeAsk,
  content: NativeContent,
  candidate: BidCandidate,
): string | null {
  const { campaign, creative } = candidate;
  const mention = mentionOf(candidate);
  const asksFor = (type: NativeData["type"]): boolean =>
    ask.assets.some((it) => it.kind === "data" && it.type === type);
  switch (asset.type) {
    case "sponsored":
      return campaign.advertiserName;
    case "description":
      return asksFor("description2") ? content.text : `${content.text} ${mention}`.trim();
    case "description2":
      // The same text twice would look like a mistake.
      return asksFor("description") ? mention || null : `${content.text} ${mention}`.trim();
    case "displayUrl":
      return landingDomain(creative.landingUrl);
    case "callToAction":
      return content.callToAction;
    default:
      return null;
  }
}

/** By the ending of its path; null = not told. */
export function imageType(url: string): string | null {
  return imageTypes[imageTypeNumber(url)] || null;
}

/** "image/jpg" is no type, but many exchanges write it. */
export function acceptsMime(mimes: readonly string[], type: string): boolean {
  return mimes.includes(type) || (type === "image/jpeg" && mimes.includes("image/jpg"));
}
