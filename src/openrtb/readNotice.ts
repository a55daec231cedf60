import type { NoticeKind, NoticeParameter } from "./noticeMacros.ts";
import type { PriceCodec } from "./priceCodecs/priceCodec.ts";

/** A price in a notice. Only "told" may ever be billed. */
export type NoticePrice =
  /** Micros of the bid's currency per thousand. */
  | { readonly kind: "told"; readonly micros: number }
  /** Not filled in: the exchange does not tell. */
  | { readonly kind: "absent" }
  /** "AUDIT": the markup is being looked at, nothing was sold. */
  | { readonly kind: "audit" }
  /** Filled in with what is no price in this SSP's encoding. */
  | { readonly kind: "unreadable" };

/** What an exchange tells of a bid of ours. Nothing in here is signed: who calls may write what he likes. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly price: NoticePrice;
  /** Any macro was "AUDIT": nothing of this may count. */
  readonly audit: boolean;
  /** ISO 4217, upper case. */
  readonly currency: string | null;
  /** OpenRTB 3.0 list of loss reason codes. */
  readonly lossReason: number | null;
  /** Micros of the bid's currency per thousand. */
  readonly minToWinMicros: number | null;
  /** Clearing price over bid price. */
  readonly marketBidRatio: number | null;
  /** Impressions that were won by one bid. */
  readonly multiplier: number | null;
  readonly impressionAtMs: number | null;
  readonly auctionId: string | null;
  readonly bidId: string | null;
  readonly impId: string | null;
  readonly seatId: string | null;
  readonly adId: string | null;
}

const maxTextLength = 256;
const maxLossReason = 9_999;
const maxMultiplier = 1e6;
const latestMs = 8.64e15;
const audit = "AUDIT";

/**
 * Reads the query of a notice. Macros that were left as they are, or removed, are absent; what cannot be read is absent too,
 * but for the price, which says so. The first of parameters of one name counts. Never throws. Pure.
 */
export function readNotice(kind: NoticeKind, query: URLSearchParams, codec: PriceCodec): Notice {
  const text = (name: NoticeParameter): string | null => textOf(query, name);
  const number = (name: NoticeParameter, max: number): number | null => {
    const value = text(name);
    const read = value !== null && /^\d{1,16}(\.\d{1,12})?$/.test(value) ? Number(value) : NaN;
    return read <= max ? read : null;
  };
  const lossReason = number("loss", maxLossReason);
  const currency = text("cur");
  const minToWin = readPrice(text("mtw"), codec);
  return {
    kind,
    price: readPrice(text("price"), codec),
    audit: [...query.values()].includes(audit),
    currency: currency !== null && /^[A-Za-z]{3}$/.test(currency) ? currency.toUpperCase() : null,
    lossReason: Number.isInteger(lossReason) ? lossReason : null,
    minToWinMicros: minToWin.kind === "told" ? minToWin.micros : null,
    marketBidRatio: number("mbr", 1e6),
    multiplier: number("mult", maxMultiplier),
    impressionAtMs: number("ts", latestMs),
    auctionId: text("auction"),
    bidId: text("bid"),
    impId: text("imp"),
    seatId: text("seat"),
    adId: text("ad"),
  };
}

function readPrice(text: string | null, codec: PriceCodec): NoticePrice {
  if (text === null) return { kind: "absent" };
  if (text === audit) return { kind: "audit" };
  const micros = codec.decode(text);
  return micros === null ? { kind: "unreadable" } : { kind: "told", micros };
}

function textOf(query: URLSearchParams, name: NoticeParameter): string | null {
  const value = query.get(name)?.trim() ?? "";
  const isMacro = value.startsWith("${") || value.startsWith("%%");
  return value === "" || isMacro || value.length > maxTextLength ? null : value;
}
