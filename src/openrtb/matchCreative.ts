import { hasInsecureAddress } from "../targeting/creativeContent.ts";
import { type BannerSize, bannerFit, cardFit } from "./bannerFit.ts";
import type { AnswerSettings, BidCandidate, BidRefusal } from "./bidTypes.ts";
import { htmlFacts } from "./htmlFacts.ts";
import { namesMacro } from "./markupText.ts";
import { mentionFits, mentionOf } from "./mentionOf.ts";
import { acceptsMime, type FilledAsset, fillAssets, imageType } from "./nativeAssets.ts";
import { tellsViews } from "./nativeMarkup.ts";
import type { NativeAsk } from "./nativeTypes.ts";
import type { BannerAsk, Imp } from "./types.ts";

/** As what a creative answers an imp, or why it cannot. */
export type CreativeMatch =
  | {
      readonly ok: true;
      readonly medium: "banner";
      readonly size: BannerSize;
      /** Scripts are taken here. */
      readonly mayScript: boolean;
    }
  | {
      readonly ok: true;
      readonly medium: "native";
      readonly ask: NativeAsk;
      readonly assets: readonly FilledAsset[];
    }
  | { readonly ok: false; readonly reason: BidRefusal };

/** `banner.btype` of OpenRTB 2.6. */
const types = { xhtmlBanner: 2, script: 3, frame: 4 } as const;
const htmlMimes = /html|javascript|^\*\/\*$/;

/**
 * Whether a creative can fill an imp, and how: a native one as native ad, else laid out as a banner; pictures and HTML as a
 * banner of their size. Cheap enough to be asked before anything is held. Pure.
 */
export function matchCreative(
  imp: Imp,
  candidate: BidCandidate,
  settings: Pick<AnswerSettings, "clickMacro">,
): CreativeMatch {
  // Who is rewarded for looking clicks and lingers for that.
  if (imp.rewarded && candidate.campaign.pricing !== "cpm") return refused("rewarded");
  const unsafe = unsafeContent(imp, candidate, settings);
  if (unsafe !== null) return refused(unsafe);
  const { content } = candidate.creative;
  const asNative =
    imp.native !== null && "title" in content
      ? matchNative(imp.native, imp.secure, candidate, settings)
      : refused("media");
  if (asNative.ok || imp.banner === null) return asNative;
  const asBanner = matchBanner(imp.banner, candidate);
  return asBanner.ok || imp.native === null || !("title" in content) ? asBanner : asNative;
}

function unsafeContent(
  imp: Imp,
  { creative: { content, landingUrl } }: BidCandidate,
  settings: Pick<AnswerSettings, "clickMacro">,
): BidRefusal | null {
  const urls = "imageUrl" in content ? [content.imageUrl, landingUrl] : [landingUrl];
  if (urls.some((url) => namesMacro(url, settings.clickMacro))) return "macro";
  if (!imp.secure) return null;
  const isInsecure =
    "html" in content ? htmlFacts(content).isInsecure : hasInsecureAddress(content.imageUrl);
  return isInsecure ? "insecure" : null;
}

function matchNative(
  ask: NativeAsk,
  secure: boolean,
  candidate: BidCandidate,
  settings: Pick<AnswerSettings, "clickMacro">,
): CreativeMatch {
  const { attributes, campaign, creative } = candidate;
  if (attributes.some((it) => ask.blockedAttributes.includes(it))) return refused("attribute");
  if (campaign.pricing === "vcpm" && !tellsViews(ask)) return refused("viewability");
  if (!("title" in creative.content)) return refused("media");
  const assets = fillAssets(ask, creative.content, candidate);
  if (assets === null) return refused("asset");
  // JSON cannot hide from an exchange what looks like a macro of its own, or like a plain-http address.
  const json = JSON.stringify(assets);
  if (namesMacro(json, settings.clickMacro)) return refused("macro");
  if (secure && hasInsecureAddress(json)) return refused("insecure");
  return { ok: true, medium: "native", ask, assets };
}

function matchBanner(banner: BannerAsk, candidate: BidCandidate): CreativeMatch {
  const { attributes, campaign, creative } = candidate;
  const { content, width, height } = creative;
  const size = "title" in content ? cardFit(banner) : bannerFit(banner, [width, height]);
  if (size === null || !mentionFits(mentionOf(candidate), size)) return refused("size");
  if (attributes.some((it) => banner.blockedAttributes.includes(it))) return refused("attribute");
  const blocks = (type: number): boolean => banner.blockedTypes.includes(type);
  const mayScript = !blocks(types.script);
  const needs = "html" in content ? types.frame : types.xhtmlBanner;
  if (blocks(needs) || ("html" in content && !mayScript && htmlFacts(content).hasScript))
    return refused("type");
  if (!mayScript && campaign.pricing === "vcpm") return refused("viewability");
  if (!acceptsContent(banner, content)) return refused("mime");
  return { ok: true, medium: "banner", size, mayScript };
}

/** Many exchanges name the types of pictures alone and take them in HTML all the same. */
function acceptsContent(banner: BannerAsk, content: BidCandidate["creative"]["content"]): boolean {
  const { mimes } = banner;
  if (mimes.length === 0 || mimes.some((it) => htmlMimes.test(it))) return true;
  if ("html" in content) return false;
  const type = imageType(content.imageUrl);
  return type === null || acceptsMime(mimes, type);
}

function refused(reason: BidRefusal): CreativeMatch {
  return { ok: false, reason };
}
