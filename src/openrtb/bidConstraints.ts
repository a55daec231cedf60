import { type BoundedCache, createBoundedCache } from "../boundedCache.ts";
import type { BidConstraints, BidDeal, BidWideRefusal } from "../targeting/bidConstraints.ts";
import { listedHash } from "../targeting/hash.ts";
import { type TradeCategory, tradeCategories } from "../targeting/tradeCategories.ts";
import type { PriceSettings } from "./bidPrice.ts";
import type { AnswerSettings } from "./bidTypes.ts";
import { acceptsLanguage, acceptsSeat } from "./checkBrand.ts";
import { convertMicros, type ExchangeTable } from "./exchangeTable.ts";
import { taxonomyOfNumber } from "./iabCategories.ts";
import { bannerConstraints, nativeConstraints } from "./mediaConstraints.ts";
import type { BidRequest, Deal, Imp } from "./types.ts";

/** What of an SSP's settings decides who may answer it. */
export interface ConstraintSettings {
  /** As the deals of campaigns name it. */
  readonly name: string;
  readonly answer: Pick<AnswerSettings, "seat">;
  readonly price: Pick<PriceSettings, "marginPermille">;
}

/** Exchange rates, for floors. */
export interface FloorRates {
  readonly table: ExchangeTable;
  readonly nowMs: number;
}

/**
 * What an imp asks of whoever answers it, in the terms of the decision (`Placement.bid`). It refuses nobody whom
 * `checkCandidate` and `priceBid` would let bid; these have the last word on what it lets pass, and differ in next to
 * nothing (macros within texts, the DSA, the last micro of a price). Pure; what lists mean is remembered.
 */
export function bidConstraintsOf(
  request: BidRequest,
  imp: Imp,
  ssp: ConstraintSettings,
  rates: FloorRates,
): BidConstraints {
  const { refusedCategories, blockedDomains, blockedApps } = listsOf(request);
  return {
    ssp: ssp.name,
    refusesAll: wideRefusalOf(request, ssp.answer.seat),
    refusedCategories,
    blockedDomains,
    blockedApps,
    openFloorMicros: imp.privateAuction ? null : floorOf(imp, ssp.price, rates),
    deals: imp.deals.length === 0 ? noDeals : dealsOf(imp, ssp, rates),
    secure: imp.secure,
    rewarded: imp.rewarded,
    banner: imp.banner === null ? null : bannerConstraints(imp.banner),
    native: imp.native === null ? null : nativeConstraints(imp.native),
  };
}

/** Why nothing of ours may answer a request, whoever it is of; null = something may. */
export function wideRefusalOf(request: BidRequest, seat: string | null): BidWideRefusal | null {
  // Who could not read a whole list, or cannot read its codes, cannot know what is on it.
  if (request.blockListsCut) return "block_lists";
  if (!acceptsSeat(request, seat)) return "seat";
  if (!acceptsLanguage(request)) return "language";
  const { allowedCategories, blockedCategories, categoryTaxonomy } = request;
  const listsCategories = allowedCategories.length + blockedCategories.length > 0;
  return listsCategories && taxonomyOfNumber(categoryTaxonomy) === null ? "categories" : null;
}

type BlockLists = Pick<BidConstraints, "refusedCategories" | "blockedDomains" | "blockedApps">;

/** Exchanges send the same few lists with each request: what they mean is worked out once. */
const rememberedLists = 500;
/** Longer lists, in characters, are read anew each time, so that what is remembered stays small. */
const longestRemembered = 4_000;
const knownCategories = createBoundedCache<ReadonlySet<TradeCategory>>(rememberedLists);
const knownHashes = createBoundedCache<ReadonlySet<number>>(rememberedLists);

function listsOf(request: BidRequest): BlockLists {
  const { categoryTaxonomy, allowedCategories, blockedCategories } = request;
  const categories = JSON.stringify([categoryTaxonomy, allowedCategories, blockedCategories]);
  return {
    refusedCategories: recall(knownCategories, categories, () => refusedCategoriesOf(request)),
    blockedDomains: hashesOf(request.blockedDomains),
    blockedApps: hashesOf(request.blockedApps),
  };
}

function recall<Value>(known: BoundedCache<Value>, key: string, make: () => Value): Value {
  if (key.length > longestRemembered) return make();
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

const noCategories: ReadonlySet<TradeCategory> = new Set();
const noHashes: ReadonlySet<number> = new Set();
const noDeals: readonly BidDeal[] = [];

function hashesOf(texts: readonly string[]): ReadonlySet<number> {
  if (texts.length === 0) return noHashes;
  return recall(knownHashes, JSON.stringify(texts), () => new Set(texts.map(listedHash)));
}

/** Of a taxonomy that we do not know nothing can be said here: `wideRefusalOf` says it. */
function refusedCategoriesOf(request: BidRequest): ReadonlySet<TradeCategory> {
  const { allowedCategories, blockedCategories } = request;
  const taxonomy = taxonomyOfNumber(request.categoryTaxonomy);
  if (taxonomy === null || allowedCategories.length + blockedCategories.length === 0)
    return noCategories;
  const blocked = new Set(blockedCategories);
  const allowed = new Set(allowedCategories);
  const isRefused = (category: TradeCategory): boolean => {
    const { lineage } = taxonomy[category];
    if (lineage.some((code) => blocked.has(code))) return true;
    return allowed.size > 0 && !lineage.some((code) => allowed.has(code));
  };
  return new Set(tradeCategories.filter(isRefused));
}

function dealsOf(
  { deals }: Imp,
  { answer: { seat }, price }: ConstraintSettings,
  rates: FloorRates,
): readonly BidDeal[] {
  return deals
    .filter((deal) => isForSeat(deal, seat))
    .flatMap((deal) => {
      const floorMicros = floorOf(deal, price, rates);
      if (floorMicros === null) return [];
      const { id, allowedDomains } = deal;
      const domains = allowedDomains.length === 0 ? null : hashesOf(allowedDomains);
      return [{ id, floorMicros, allowedDomains: domains }];
    });
}

function isForSeat({ allowedSeats }: Deal, seat: string | null): boolean {
  return allowedSeats.length === 0 || (seat !== null && allowedSeats.includes(seat));
}

/** The least that a campaign must pay for its bid to reach a floor; null = it is in a currency that is unknown. */
function floorOf(
  { floorMicros, floorCurrency }: Pick<Imp, "floorMicros" | "floorCurrency">,
  { marginPermille }: ConstraintSettings["price"],
  rates: FloorRates,
): number | null {
  if (floorMicros === 0) return 0;
  const netMicros = convertMicros(floorMicros, floorCurrency, "EUR", "up", rates);
  return netMicros === null ? null : Math.ceil((netMicros * 1_000) / (1_000 - marginPermille));
}
