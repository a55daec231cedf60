import type {
  AssetNeed,
  BannerConstraints,
  BidConstraints,
  ImageNeed,
  NativeConstraints,
} from "../bidConstraints.ts";
import { pricings } from "../rank.ts";
import { acceptsShape, type Scene } from "../scene.ts";
import {
  factFlags,
  factWords,
  iconTypeShift,
  imageTypeMask,
  imageTypeShift,
} from "../segment/bidColumns.ts";
import type { Placement } from "../types.ts";
import { hasRouteForDomain, isUnderAny } from "./bidRoutes.ts";

/** How far a creative gets with an exchange: the first of these that refuses it, or `fits`. */
export const creativeStages = {
  /** Of a format or size that the placement does not take: another rule's matter. */
  shape: 0,
  advertiser: 1,
  attribute: 2,
  insecure: 3,
  media: 4,
  /** As a card in a banner, for want of something better. */
  fitsAsCard: 5,
  fits: 6,
} as const;

/** What the furthest of a campaign's creatives reaches on a placement. Allocates nothing. */
export function furthestStage(
  scene: Scene,
  position: number,
  placement: Placement,
  bid: BidConstraints,
): number {
  const { starts } = scene.segment.shapes.byCampaign;
  const end = starts[position + 1]!;
  let furthest: number = creativeStages.shape;
  for (let creative = starts[position]!; creative < end; creative++) {
    const stage = creativeStage(scene, position, creative, placement, bid);
    if (stage > furthest) furthest = stage;
  }
  return furthest;
}

/** The same of one creative, by its number in the segment. */
export function creativeStage(
  scene: Scene,
  position: number,
  creative: number,
  placement: Placement,
  bid: BidConstraints,
): number {
  const { segment } = scene;
  const { shapes } = segment;
  const shape = shapes.shapes[shapes.byCampaign.values[creative]!]!;
  if (!acceptsShape(placement, shape)) return creativeStages.shape;
  if (!isWelcome(scene, position, creative, bid)) return creativeStages.advertiser;
  const { banner, native } = bid;
  const facts = { words: segment.bids.facts, at: creative * factWords.all };
  const paysViews = pricings[segment.pricings[position]!] === "vcpm";
  if (shape.format !== "native") {
    if (banner === null) return creativeStages.media;
    return bannerStage(facts, shape.format === "html", paysViews, banner, bid.secure);
  }
  const asNative =
    native === null ? creativeStages.media : nativeStage(facts, paysViews, native, bid.secure);
  if (asNative === creativeStages.fits || banner === null) return asNative;
  const asCard = banner.takesCards
    ? bannerStage(facts, false, paysViews, banner, bid.secure)
    : creativeStages.media;
  return Math.max(asNative, Math.min(asCard, creativeStages.fitsAsCard));
}

/** Its domain and app are not blocked, and some way to bid is open to its domain. */
function isWelcome(scene: Scene, position: number, creative: number, bid: BidConstraints): boolean {
  const { segment } = scene;
  const { facts } = segment.bids;
  const at = creative * factWords.all;
  const domain = facts[at + factWords.domain]!;
  if (bid.blockedDomains.size > 0 && isUnderAny(segment, domain, bid.blockedDomains)) return false;
  const app = facts[at + factWords.app]!;
  if (app !== 0 && bid.blockedApps.has(app)) return false;
  return hasRouteForDomain(scene, position, bid, domain);
}

/** The facts of one creative: see `factWords`. */
interface Facts {
  readonly words: Uint32Array;
  readonly at: number;
}

function word({ words, at }: Facts, place: number): number {
  return words[at + place]!;
}

function bannerStage(
  facts: Facts,
  isHtml: boolean,
  paysViews: boolean,
  banner: BannerConstraints,
  secure: boolean,
): number {
  const flags = word(facts, factWords.flags);
  if ((flags & banner.blockedAttributes) !== 0) return creativeStages.attribute;
  if (secure && (flags & factFlags.insecure) !== 0) return creativeStages.insecure;
  const runs = paysViews || (isHtml && (flags & factFlags.scripts) !== 0);
  if (runs && !banner.takesScripts) return creativeStages.media;
  if (isHtml) return banner.takesHtml ? creativeStages.fits : creativeStages.media;
  const takes = banner.takesMarkup && hasBit(banner.imageTypes, typeAt(flags, imageTypeShift));
  return takes ? creativeStages.fits : creativeStages.media;
}

function nativeStage(
  facts: Facts,
  paysViews: boolean,
  native: NativeConstraints,
  secure: boolean,
): number {
  const flags = word(facts, factWords.flags);
  if ((flags & native.blockedAttributes) !== 0) return creativeStages.attribute;
  const insecure = factFlags.insecure | factFlags.insecureText;
  if (secure && (flags & insecure) !== 0) return creativeStages.insecure;
  if (paysViews && !native.tellsViews) return creativeStages.media;
  let filled = 0;
  for (let at = 0; at < native.assets.length; at++) {
    const need = native.assets[at]!;
    if (meets(facts, need)) filled++;
    else if (need.required) return creativeStages.media;
  }
  return filled > 0 ? creativeStages.fits : creativeStages.media;
}

function meets(facts: Facts, need: AssetNeed): boolean {
  const flags = word(facts, factWords.flags);
  switch (need.kind) {
    case "impossible":
      return false;
    case "image":
      return meetsImage(need, typeAt(flags, imageTypeShift), word(facts, factWords.picture));
    case "icon":
      return meetsIcon(facts, need, flags);
    default:
      return need.maxLength === null || lengthOf(facts, need.kind) <= need.maxLength;
  }
}

/** Without an icon, a square picture stands for one. */
function meetsIcon(facts: Facts, need: ImageNeed, flags: number): boolean {
  if ((flags & factFlags.icon) !== 0) {
    const side = word(facts, factWords.icon) & 0xffff;
    return meetsImage(need, typeAt(flags, iconTypeShift), side * 65_536 + side);
  }
  const picture = word(facts, factWords.picture);
  const isSquare = picture !== 0 && picture >>> 16 === (picture & 0xffff);
  return isSquare && meetsImage(need, typeAt(flags, imageTypeShift), picture);
}

function meetsImage({ imageTypes, size }: ImageNeed, type: number, picture: number): boolean {
  if (!hasBit(imageTypes, type)) return false;
  if (size === null) return true;
  if (picture === 0) return false;
  const width = picture >>> 16;
  const height = picture & 0xffff;
  if (size.rule === "least") return width >= (size.width ?? 0) && height >= (size.height ?? 0);
  return width === (size.width ?? width) && height === (size.height ?? height);
}

const lengthShifts = { title: 0, text: 8, callToAction: 16, advertiserName: 24 } as const;

function lengthOf(facts: Facts, kind: keyof typeof lengthShifts | "domain"): number {
  if (kind === "domain") return word(facts, factWords.icon) >>> 16;
  return (word(facts, factWords.lengths) >>> lengthShifts[kind]) & 0xff;
}

function typeAt(flags: number, shift: number): number {
  return (flags >>> shift) & imageTypeMask;
}

function hasBit(mask: number, bit: number): boolean {
  return (mask & (1 << bit)) !== 0;
}
