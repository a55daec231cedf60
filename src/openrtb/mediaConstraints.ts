import {
  type AssetNeed,
  attributeMask,
  type BannerConstraints,
  type ImageNeed,
  imageTypes,
  type NativeConstraints,
} from "../targeting/bidConstraints.ts";
import { cardFit } from "./bannerFit.ts";
import { acceptsMime } from "./nativeAssets.ts";
import { tellsViews } from "./nativeMarkup.ts";
import type { NativeAsk, NativeAsset, NativeData, NativeImage } from "./nativeTypes.ts";
import type { BannerAsk } from "./types.ts";

/** `banner.btype` of OpenRTB 2.6. */
const types = { xhtmlBanner: 2, script: 3, frame: 4 } as const;

const htmlMimes = /html|javascript|^\*\/\*$/;
const everyType = (1 << imageTypes.length) - 1;

/** What a banner takes, as `matchCreative` will ask it of each creative. */
export function bannerConstraints(banner: BannerAsk): BannerConstraints {
  const { mimes, blockedTypes } = banner;
  // Many exchanges name the types of pictures alone and take them in HTML all the same.
  const takesAnyMime = mimes.length === 0 || mimes.some((it) => htmlMimes.test(it));
  return {
    blockedAttributes: attributeMask(banner.blockedAttributes),
    takesCards: cardFit(banner) !== null,
    takesMarkup: !blockedTypes.includes(types.xhtmlBanner),
    takesHtml: takesAnyMime && !blockedTypes.includes(types.frame),
    takesScripts: !blockedTypes.includes(types.script),
    imageTypes: takesAnyMime ? everyType : typesAmong(mimes) | 1,
  };
}

/** What a native ask takes, as `matchCreative` will ask it of each creative. */
export function nativeConstraints(ask: NativeAsk): NativeConstraints {
  return {
    blockedAttributes: attributeMask(ask.blockedAttributes),
    tellsViews: tellsViews(ask),
    assets: ask.assets.map((asset) => needOf(asset, ask)),
  };
}

function needOf(asset: NativeAsset, ask: NativeAsk): AssetNeed {
  const { required } = asset;
  switch (asset.kind) {
    case "title":
      return { kind: "title", required, maxLength: asset.maxLength };
    case "image":
      return imageNeed(asset);
    case "data": {
      const kind = textOf(asset.type, ask);
      return kind === null
        ? { kind: "impossible", required }
        : { kind, required, maxLength: asset.maxLength };
    }
    case "video":
    case "unknown":
      return { kind: "impossible", required };
  }
}

/** Which of our texts a data asset shows; null = none of them. */
function textOf(type: NativeData["type"], ask: NativeAsk) {
  switch (type) {
    case "sponsored":
      return "advertiserName";
    case "description":
      return "text";
    case "description2":
      return ask.assets.some((it) => it.kind === "data" && it.type === "description")
        ? null
        : "text";
    case "displayUrl":
      return "domain";
    case "callToAction":
      return "callToAction";
    default:
      return null;
  }
}

function imageNeed(asset: NativeImage): ImageNeed {
  const { minWidth, minHeight, width, height, mimes } = asset;
  const hasMinimum = minWidth !== null || minHeight !== null;
  const least = { rule: "least", width: minWidth, height: minHeight } as const;
  const exact = { rule: "exact", width, height } as const;
  return {
    kind: asset.use === "icon" || asset.use === "logo" ? "icon" : "image",
    required: asset.required,
    imageTypes: mimes.length === 0 ? everyType : typesAmong(mimes),
    size: hasMinimum ? least : width !== null || height !== null ? exact : null,
  };
}

function typesAmong(mimes: readonly string[]): number {
  return imageTypes.reduce(
    (mask, type, number) => (number > 0 && acceptsMime(mimes, type) ? mask | (1 << number) : mask),
    0,
  );
}
