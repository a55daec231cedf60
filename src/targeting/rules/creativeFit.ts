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
import { severalShapes } from "../segment/creativeShapes.ts";
import { shapeAt } from "../segment/heads.ts";
import type { AdFormat, Placement } from "../types.ts";
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

/** Whether some creative of a campaign passes all of them: what the search asks of each campaign. Allocates nothing. */
export function someCreativeFits(
  scene: Scene,
  position: number,
  placement: Placement,
  bid: BidConstraints,
): boolean {
  const { heads, shapes } = scene.segment;
  const { starts, values } = shapes.byCampaign;
  const end = starts[position + 1]!;
  // Creatives that are all of one shape have that of the placement, or nobody would ask.
  const only = shapeAt(heads, position);
  for (let creative = starts[position]!; creative < end; creative++) {
    const shape = shapes.shapes[only === severalShapes ? values[creative]! : only]!;
    if (only === severalShapes && !acceptsShape(placement, shape)) continue;
    if (mediaStage(scene, position, creative, shape.format, bid) <= creativeStages.media) continue;
    if (isWelcome(scene, position, creative, bid)) return true;
  }
  return false;
}

/** What the furthest of a campaign's creatives reaches, for an explanation. */
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
    furthest = Math.max(furthest, creativeStage(scene, position, creative, placement, bid));
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
  const { shapes } = scene.segment;
  const shape = shapes.shapes[shapes.byCampaign.values[creative]!]!;
  if (!acceptsShape(placement, shape)) return creativeStages.shape;
  if (!isWelcome(scene, position, creative, bid)) return creativeStages.advertiser;
  return mediaStage(scene, position, creative, shape.format, bid);
}

/** As what it can be shown: as native ad, else as a card, where it is native; else in a banner. */
function mediaStage(
  { segment }: Scene,
  position: number,
  creative: number,
  format: AdFormat,
  { banner, native, secure, rewarded }: BidConstraints,
): number {
  const { bids, pricings: paid } = segment;
  const pricing = pricings[paid[position]!];
  if (rewarded && pricing !== "cpm") return creativeStages.media;
  const paysViews = pricing === "vcpm";
  const facts = bids.facts;
  const at = creative * factWords.all;
  if (format !== "native") {
    if (banner === null) return creativeStages.media;
    return bannerStage(facts, at, format === "html", paysViews, banner, secure);
  }
  const asNative =
    native === null ? creativeStages.media : nativeStage(facts, at, paysViews, native, secure);
  if (asNative === creativeStages.fits || banner === null) return asNative;
  const asCard = banner.takesCards
    ? bannerStage(facts, at, false, paysViews, banner, secure)
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
  if (app !== 0 && bid.blockedApps.has(app | 0)) return false;
  return hasRouteForDomain(scene, position, bid, domain);
}

function bannerStage(
  facts: Uint32Array,
  at: number,
  isHtml: boolean,
  paysViews: boolean,
  banner: BannerConstraints,
  secure: boolean,
): number {
  const flags = facts[at + factWords.flags]!;
  if ((flags & banner.blockedAttributes) !== 0) return creativeStages.attribute;
  if (secure && (flags & factFlags.insecure) !== 0) return creativeStages.insecure;
  const runs = paysViews || (isHtml && (flags & factFlags.scripts) !== 0);
  if (runs && !banner.takesScripts) return creativeStages.media;
  if (isHtml) return banner.takesHtml ? creativeStages.fits : creativeStages.media;
  const takes = banner.takesMarkup && hasBit(banner.imageTypes, typeAt(flags, imageTypeShift));
  return takes ? creativeStages.fits : creativeStages.media;
}

function nativeStage(
  facts: Uint32Array,
  at: number,
  paysViews: boolean,
  native: NativeConstraints,
  secure: boolean,
): number {
  const flags = facts[at + factWords.flags]!;
  if ((flags & native.blockedAttributes) !== 0) return creativeStages.attribute;
  const insecure = factFlags.insecure | factFlags.insecureText;
  if (secure && (flags & insecure) !== 0) return creativeStages.insecure;
  if (paysViews && !native.tellsViews) return creativeStages.media;
  let filled = 0;
  for (let asset = 0; asset < native.assets.length; asset++) {
    const need = native.assets[asset]!;
    if (meets(facts, at, need)) filled++;
    else if (need.required) return creativeStages.media;
  }
  return filled > 0 ? creativeStages.fits : creativeStages.media;
}

function meets(facts: Uint32Array, at: number, need: AssetNeed): boolean {
  const flags = facts[at + factWords.flags]!;
  switch (need.kind) {
    case "impossible":
      return false;
    case "image":
      return meetsImage(need, typeAt(flags, imageTypeShift), facts[at + factWords.picture]!);
    case "icon":
      return meetsIcon(facts, at, need, flags);
    default:
      return need.maxLength === null || lengthOf(facts, at, need.kind) <= need.maxLength;
  }
}

/** Without an icon, a square picture stands for one. */
function meetsIcon(facts: Uint32Array, at: number, need: ImageNeed, flags: number): boolean {
  if ((flags & factFlags.icon) !== 0) {
    const side = facts[at + factWords.icon]! & 0xffff;
    return meetsImage(need, typeAt(flags, iconTypeShift), side * 65_536 + side);
  }
  const picture = facts[at + factWords.picture]!;
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

function lengthOf(
  facts: Uint32Array,
  at: number,
  kind: keyof typeof lengthShifts | "domain",
): number {
  if (kind === "domain") return facts[at + factWords.icon]! >>> 16;
  return (facts[at + factWords.lengths]! >>> lengthShifts[kind]) & 0xff;
}

function typeAt(flags: number, shift: number): number {
  return (flags >>> shift) & imageTypeMask;
}

function hasBit(mask: number, bit: number): boolean {
  return (mask & (1 << bit)) !== 0;
}
