import { convertMicros, type ExchangeTable } from "../../../src/openrtb/exchangeTable.ts";
import type { NativeAsk, NativeAsset } from "../../../src/openrtb/nativeTypes.ts";
import type { BannerAsk, BidRequest, Imp } from "../../../src/openrtb/types.ts";
import { nativeProblems, responseProblems } from "./bidResponseSchema.ts";
import { readTags } from "./markupParts.ts";

export interface ValidationOptions {
  /** To compare prices with floors in other currencies. */
  readonly rates: { readonly table: ExchangeTable; readonly nowMs: number };
  /** Exchanges that take several bids for an imp. */
  readonly severalPerImp?: boolean;
}

/** A bid of a body that has passed the schema. */
interface SeenBid {
  readonly impid: string;
  readonly price: number;
  readonly adm: string;
  readonly adomain: readonly string[];
  readonly cat?: readonly string[];
  readonly cattax?: number;
  readonly attr?: readonly number[];
  readonly w?: number;
  readonly h?: number;
  readonly wratio?: number;
  readonly hratio?: number;
  readonly mtype: 1 | 4;
  readonly exp: number;
  readonly dealid?: string;
  readonly language?: string;
  readonly ext?: { readonly dsa?: { readonly adrender: 0 | 1 } };
}

interface SeenResponse {
  readonly id: string;
  readonly cur?: string;
  readonly seatbid?: readonly { readonly seat?: string; readonly bid: readonly SeenBid[] }[];
}

/**
 * Everything that a strict exchange would hold against an answer of 200: the schema of the specification, then the answer
 * against its request. It shares no code with what builds answers, but for conversions between currencies. Empty = valid.
 */
export function validateBidResponse(
  request: BidRequest,
  body: unknown,
  options: ValidationOptions,
): readonly string[] {
  const breaches = responseProblems(body);
  if (breaches.length > 0) return breaches;
  const response = JSON.parse(JSON.stringify(body)) as SeenResponse;
  const problems: string[] = [];
  if (response.id !== request.id) problems.push("id is not the request's");
  const currencies = request.currencies.length > 0 ? request.currencies : ["USD"];
  if (response.cur !== undefined && !currencies.includes(response.cur))
    problems.push(`cur ${response.cur} is not one of ${currencies}`);
  const seen = new Set<string>();
  for (const { seat = null, bid: bids } of response.seatbid ?? []) {
    problems.push(...seatProblems(request, seat));
    for (const bid of bids) {
      if (seen.has(bid.impid) && !options.severalPerImp)
        problems.push(`two bids for imp ${bid.impid}`);
      seen.add(bid.impid);
      const imp = request.imps.find(({ id }) => id === bid.impid);
      const found =
        imp === undefined
          ? ["its imp is not in the request"]
          : bidProblems(request, imp, bid, { seat, currency: response.cur ?? "USD", ...options });
      problems.push(...found.map((problem) => `bid for imp ${bid.impid}: ${problem}`));
    }
  }
  return problems;
}

function seatProblems(request: BidRequest, seat: string | null): readonly string[] {
  const { allowedSeats, blockedSeats } = request;
  if (allowedSeats.length > 0 && (seat === null || !allowedSeats.includes(seat)))
    return ["the seat is not in wseat"];
  return seat !== null && blockedSeats.includes(seat) ? ["the seat is in bseat"] : [];
}

type BidContext = ValidationOptions & { readonly seat: string | null; readonly currency: string };

function bidProblems(
  request: BidRequest,
  imp: Imp,
  bid: SeenBid,
  context: BidContext,
): readonly string[] {
  return [
    ...priceProblems(imp, bid, context),
    ...brandProblems(request, bid),
    ...dsaProblems(request, bid),
    ...(imp.secure && plainHttp.test(bid.adm) ? ["adm has a plain-http address"] : []),
    ...(imp.expSeconds !== null && bid.exp > imp.expSeconds
      ? ["exp is longer than the imp's"]
      : []),
    ...(bid.mtype === 1
      ? bannerProblems(imp.banner, bid, imp.secure)
      : nativeAdProblems(imp.native, bid)),
  ];
}

function priceProblems(imp: Imp, bid: SeenBid, { rates, currency, seat }: BidContext): string[] {
  const deal = imp.deals.find(({ id }) => id === bid.dealid) ?? null;
  if (bid.dealid !== undefined && deal === null) return ["dealid is not the imp's"];
  if (imp.privateAuction && deal === null) return ["only deals are wanted"];
  const { floorMicros, floorCurrency } = deal ?? imp;
  const priceMicros = Math.round(bid.price * 1_000_000);
  const problems: string[] = [];
  if (Math.abs(bid.price * 1_000_000 - priceMicros) > 1e-4)
    problems.push("price is finer than a micro");
  const floor =
    floorMicros === 0 ? 0 : convertMicros(floorMicros, floorCurrency, currency, "up", rates);
  if (floor === null || priceMicros < floor) problems.push(`price ${bid.price} is below the floor`);
  if (deal === null) return problems;
  if (deal.allowedSeats.length > 0 && !deal.allowedSeats.includes(seat ?? ""))
    problems.push("the deal is for other seats");
  if (
    deal.allowedDomains.length > 0 &&
    !bid.adomain.every((it) => isListed(it, deal.allowedDomains))
  )
    problems.push("the deal is for other advertisers");
  return problems;
}

function brandProblems(request: BidRequest, bid: SeenBid): string[] {
  const problems: string[] = [];
  if (bid.adomain.some((domain) => isListed(domain, request.blockedDomains)))
    problems.push("adomain is in badv");
  const { cat = [], cattax = 1, language } = bid;
  const isComparable = cattax === request.categoryTaxonomy;
  const isIn = (list: readonly string[]) =>
    cat.some((it) => list.some((listed) => it === listed || it.startsWith(`${listed}-`)));
  if (isComparable && isIn(request.blockedCategories)) problems.push("cat is in bcat");
  const { allowedCategories, allowedLanguages } = request;
  if (allowedCategories.length > 0 && !(isComparable && isIn(allowedCategories)))
    problems.push("cat is not in acat");
  if (allowedLanguages.length > 0 && !allowedLanguages.some((it) => it.split("-")[0] === language))
    problems.push("language is not in wlang");
  return problems;
}

/** Browsers take the machine itself for safe (W3C Secure Contexts). */
const plainHttp = /http:\/\/(?!localhost[:/]|127\.0\.0\.1[:/])/i;

function isListed(domain: string, list: readonly string[]): boolean {
  return list.some((listed) => `.${domain}`.endsWith(`.${listed}`));
}

/** As publishers check it (Prebid's control of the DSA): the object where it is required, and exactly one who renders. */
function dsaProblems({ regs }: BidRequest, bid: SeenBid): string[] {
  const given = bid.ext?.dsa;
  if (regs.dsa === null || regs.dsa.required < 2) return [];
  if (given === undefined) return ["ext.dsa is required"];
  if (regs.dsa.publisherRenders === 0 && given.adrender === 0)
    return ["nobody renders the DSA notice"];
  return regs.dsa.publisherRenders === 2 && given.adrender === 1
    ? ["both render the DSA notice"]
    : [];
}

function bannerProblems(banner: BannerAsk | null, bid: SeenBid, secure: boolean): string[] {
  if (banner === null) return ["mtype is banner, which the imp does not take"];
  const problems = attributeProblems(bid, banner.blockedAttributes);
  const { w, h } = bid;
  if (w === undefined || h === undefined) return [...problems, "w and h are missing"];
  if (!fitsBanner(banner, bid, w, h)) problems.push(`${w} × ${h} is no size of the banner`);
  const tags = readTags(bid.adm);
  if (tags === null) return [...problems, "adm is not well-formed"];
  const has = (name: string) => tags.some((tag) => tag.name === name);
  if (banner.blockedTypes.includes(3) && has("script")) problems.push("scripts are blocked");
  if (banner.blockedTypes.includes(4) && has("iframe")) problems.push("iframes are blocked");
  if (banner.blockedTypes.includes(2) && !has("iframe")) problems.push("XHTML banners are blocked");
  const framed = tags.map((tag) => tag.attributes.get("srcdoc") ?? "").join("");
  if (secure && plainHttp.test(framed)) problems.push("a frame has a plain-http address");
  return problems;
}

function fitsBanner(banner: BannerAsk, bid: SeenBid, w: number, h: number): boolean {
  if (banner.sizes.some(([width, height]) => width === w && height === h)) return true;
  const { ranges, flex } = banner;
  const within = ranges.some(
    (it) =>
      w >= it.minWidth && h >= it.minHeight && w <= (it.maxWidth ?? w) && h <= (it.maxHeight ?? h),
  );
  if (within) return true;
  return flex.some(
    ({ widthRatio, heightRatio, minWidth }) =>
      bid.wratio === widthRatio &&
      bid.hratio === heightRatio &&
      w >= minWidth &&
      Math.abs((w * heightRatio) / (h * widthRatio) - 1) < 0.021,
  );
}

function attributeProblems(bid: SeenBid, blocked: readonly number[]): string[] {
  return (bid.attr ?? []).some((it) => blocked.includes(it)) ? ["attr is in battr"] : [];
}

interface SeenAsset {
  readonly id: number;
  readonly title?: { readonly text: string };
  readonly img?: { readonly url: string; readonly w?: number; readonly h?: number };
  readonly data?: { readonly value: string };
}

interface SeenNative {
  readonly ver?: string;
  readonly assets: readonly SeenAsset[];
  readonly imptrackers?: readonly string[];
  readonly eventtrackers?: readonly { readonly event: number; readonly method: number }[];
  readonly privacy?: string;
}

function nativeAdProblems(ask: NativeAsk | null, bid: SeenBid): string[] {
  if (ask === null) return ["mtype is native, which the imp does not take"];
  const problems = attributeProblems(bid, ask.blockedAttributes);
  const ad = rootOf(bid.adm, ask.rooted);
  if (ad === null)
    return [...problems, "adm is not the JSON of a native ad with the root asked for"];
  const breaches = nativeProblems(ad);
  if (breaches.length > 0) return [...problems, ...breaches];
  const native = ad as SeenNative;
  if ((native.ver ?? "1.0") !== ask.version) problems.push(`ver is not ${ask.version}`);
  if (native.privacy !== undefined && !ask.privacy) problems.push("privacy was not asked for");
  const offered = ask.eventTrackers ?? [];
  for (const { event, method } of native.eventtrackers ?? []) {
    const isOffered = offered.some((it) => it.event === event && it.methods.includes(method));
    if (!isOffered) problems.push(`event ${event} by method ${method} is not offered`);
  }
  return [...problems, ...assetProblems(ask, native.assets)];
}

function rootOf(adm: string, rooted: boolean): unknown {
  try {
    const parsed: unknown = JSON.parse(adm);
    if (typeof parsed !== "object" || parsed === null || "native" in parsed !== rooted) return null;
    return rooted && "native" in parsed ? parsed.native : parsed;
  } catch {
    return null;
  }
}

function assetProblems(ask: NativeAsk, assets: readonly SeenAsset[]): string[] {
  const problems: string[] = [];
  if (new Set(assets.map(({ id }) => id)).size !== assets.length)
    problems.push("two assets of one id");
  for (const asked of ask.assets) {
    const asset = assets.find(({ id }) => id === asked.id);
    if (asset === undefined && asked.required) problems.push(`asset ${asked.id} is required`);
    if (asset !== undefined) problems.push(...assetBreaches(asked, asset));
  }
  const unasked = assets.filter(({ id }) => !ask.assets.some((asked) => asked.id === id));
  return [...problems, ...unasked.map(({ id }) => `asset ${id} was not asked for`)];
}

function assetBreaches(asked: NativeAsset, asset: SeenAsset): string[] {
  const of = (rule: string) => [`asset ${asked.id} ${rule}`];
  if (asked.kind === "title" || asked.kind === "data") {
    const text = asked.kind === "title" ? asset.title?.text : asset.data?.value;
    if (text === undefined) return of(`is no ${asked.kind}`);
    return text.length > (asked.maxLength ?? Infinity) ? of("is too long") : [];
  }
  if (asked.kind !== "image") return of("is of a kind that we do not have");
  if (asset.img === undefined) return of("is no image");
  const { w = 0, h = 0 } = asset.img;
  const { minWidth, minHeight, width, height } = asked;
  if (w < (minWidth ?? 0) || h < (minHeight ?? 0)) return of("is too small");
  if (minWidth !== null || minHeight !== null) return [];
  return (width ?? w) !== w || (height ?? h) !== h ? of("has another size") : [];
}
