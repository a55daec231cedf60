import { isBudgetDay } from "../budgets/budgetDay.ts";

/** The media side of a ledger row: what the seller of the place (an SSP) asks of us for one impression. */
export interface MediaCost {
  /** At most 60 characters. */
  readonly ssp: string;
  /** Millionths of the seller's currency. */
  readonly priceMicros: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Units of the currency for one euro, as the ECB quotes; 1 for euros. At most nine decimals count. */
  readonly unitsPerEuro: number;
  /** The day of the rate, "YYYY-MM-DD". */
  readonly rateDate: string;
  /** Integer micros of a euro, ≥ 0. The margin of a row is what the shop was charged less this. */
  readonly costMicros: number;
}

/** A price at a seller with a rate becomes a cost, rounded up to the micro. `rate.unitsPerEuro` > 0; pure. */
export function mediaCostOf(
  price: Pick<MediaCost, "ssp" | "priceMicros" | "currency">,
  rate: Pick<MediaCost, "unitsPerEuro" | "rateDate">,
): MediaCost {
  const costMicros = Math.ceil(price.priceMicros / rate.unitsPerEuro);
  return { ...price, ...rate, costMicros };
}

/** As a list, for the outbox. */
export function encodeMedia(media: MediaCost): readonly (string | number)[] {
  const { ssp, priceMicros, currency, unitsPerEuro, rateDate, costMicros } = media;
  return [ssp, priceMicros, currency, unitsPerEuro, rateDate, costMicros];
}

/** Reads what {@link encodeMedia} wrote; undefined for anything else. */
export function decodeMedia(encoded: unknown): MediaCost | undefined {
  if (!Array.isArray(encoded)) return undefined;
  const [ssp, priceMicros, currency, unitsPerEuro, rateDate, costMicros] =
    encoded as readonly unknown[];
  if (typeof ssp !== "string" || ssp === "" || ssp.length > 60 || ssp.includes("\0"))
    return undefined;
  if (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency)) return undefined;
  if (!isAmount(priceMicros) || !isAmount(costMicros)) return undefined;
  if (typeof unitsPerEuro !== "number" || !(unitsPerEuro > 0 && unitsPerEuro < 1e9))
    return undefined;
  if (typeof rateDate !== "string" || !isBudgetDay(rateDate)) return undefined;
  return { ssp, priceMicros, currency, unitsPerEuro, rateDate, costMicros };
}

function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * The thousandth part of a price per thousand, whole micros, rounded down or up by chance: of many impressions the sum is
 * then that of the SSP's own books, where rounding each one up would make it dearer by up to a percent. The chance is
 * `dice`, 0 to 999, drawn from the ad's id: told again, it costs the same.
 */
export function oneOfThousand(perThousandMicros: number, dice: number): number {
  return Math.floor((perThousandMicros + dice) / 1_000);
}
