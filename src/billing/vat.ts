/** French VAT on advertising sold to businesses: by the day, and by where the advertiser is established (CGI, art. 259-1, 294, 296). */

/** A standard rate and the first day on which it counts. Basis points: 2000 = 20 %. */
export interface VatRate {
  readonly fromDay: string;
  readonly basisPoints: number;
}

export interface Vat {
  readonly basisPoints: number;
  /** Why there is none, in French, as an invoice must say it; null where there is some. */
  readonly mention: string | null;
}

/** Guadeloupe, Martinique and Réunion pay 8.5 %, without a day from which on: since 1995. */
const overseasBasisPoints = 850;
const overseasReduced = ["971", "972", "974"];
/** Guyane and Mayotte: provisionally not applicable. */
const overseasNone = ["973", "976"];
/** Outside the territory of French VAT: Saint-Pierre, Saint-Barthélemy, Saint-Martin, Wallis, Polynesia, New Caledonia. */
const outside = ["975", "977", "978", "984", "986", "987", "988"];
/** Saint-Barthélemy and Saint-Martin keep the postal codes of Guadeloupe. */
const outsideCodes = ["97133", "97150"];

/**
 * The VAT of one day for an advertiser of a postal code (null = not known: the standard rate counts). Rates are in any
 * order. Throws a RangeError when none of them counts on the day.
 */
export function vatOf(day: string, postalCode: string | null, rates: readonly VatRate[]): Vat {
  const start = postalCode?.slice(0, 3) ?? "";
  if (outside.includes(start) || outsideCodes.includes(postalCode ?? ""))
    return {
      basisPoints: 0,
      mention: "TVA non applicable, article 259-1° du CGI (preneur hors du territoire de la TVA)",
    };
  if (overseasNone.includes(start))
    return { basisPoints: 0, mention: "TVA non applicable, article 294-1 du CGI" };
  if (overseasReduced.includes(start)) return { basisPoints: overseasBasisPoints, mention: null };
  const inForce = rates
    .filter(({ fromDay }) => fromDay <= day)
    .toSorted((a, b) => a.fromDay.localeCompare(b.fromDay))
    .at(-1);
  if (inForce === undefined) throw new RangeError(`No VAT rate counts on ${day}`);
  return { basisPoints: inForce.basisPoints, mention: null };
}

/** VAT on an amount in cents, rounded to the nearest cent, half a cent up (away from 0 for both signs). */
export function vatCentsOf(netCents: number, basisPoints: number): number {
  const sign = netCents < 0 ? -1 : 1;
  return sign * Math.floor((Math.abs(netCents) * basisPoints + 5_000) / 10_000) + 0;
}

/** Reads "2014-01-01=20" or several rates separated by commas, in percent with at most two decimals; null when it is none. */
export function readVatRates(text: string): readonly VatRate[] | null {
  const rates = text.split(",").map((one) => {
    const match =
      /^\s*(20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))=(\d{1,2}(?:\.\d{1,2})?)\s*$/.exec(
        one,
      );
    return match === null
      ? null
      : { fromDay: match[1] ?? "", basisPoints: Math.round(Number(match[2]) * 100) };
  });
  const known = rates.filter((rate) => rate !== null);
  return known.length === rates.length && new Set(known.map((r) => r.fromDay)).size === known.length
    ? known
    : null;
}
