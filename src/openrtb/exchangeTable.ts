/** What a euro buys of other currencies on one day. The euro itself is always known. */
export interface ExchangeTable {
  /** When the rates held (ms); a table is trusted for {@link exchangeTableLifeMs} from then on. */
  readonly asOfMs: number;
  /** Micros of a currency per euro ("USD" → 1_087_300), 1 to 10^12; ISO 4217 codes in upper case. */
  readonly microsPerEuro: ReadonlyMap<string, number>;
}

export type ReadTable =
  | { readonly ok: true; readonly table: ExchangeTable }
  | { readonly ok: false; readonly problem: string };

/** Rates of the European Central Bank come on working days; longer than Easter without any is a forgotten file. */
export const exchangeTableLifeMs = 7 * 24 * 3_600_000;
/** A table that knows the euro only: what a server has before its operator gives it one. */
export const euroOnly: ExchangeTable = { asOfMs: 0, microsPerEuro: new Map() };

const microsPerUnit = 1_000_000;
const maxRateMicros = 1e12;
const maxCurrencies = 300;

/**
 * Reads an operator's file: `{"asOf": "2026-03-12", "base": "EUR", "rates": {"USD": 1.0873}}`, the day in UTC. Answers with
 * one sentence that says which field breaks which rule; never throws.
 */
export function readExchangeTable(value: unknown): ReadTable {
  if (!isRecord(value)) return problem("the table must be an object");
  const { asOf, base, rates } = value;
  const asOfMs =
    typeof asOf === "string" && /^\d{4}-\d\d-\d\d$/.test(asOf) ? Date.parse(asOf) : NaN;
  if (Number.isNaN(asOfMs)) return problem('asOf must be a day such as "2026-03-12"');
  if (base !== "EUR") return problem('base must be "EUR"');
  if (!isRecord(rates)) return problem("rates must be an object");
  const entries = Object.entries(rates);
  if (entries.length > maxCurrencies)
    return problem(`rates must have at most ${maxCurrencies} entries`);
  const microsPerEuro = new Map<string, number>();
  for (const [currency, rate] of entries) {
    const micros = typeof rate === "number" ? Math.round(rate * microsPerUnit) : NaN;
    if (!/^[A-Z]{3}$/.test(currency)) return problem("rates must be named by ISO 4217 codes");
    if (!(micros >= 1 && micros <= maxRateMicros))
      return problem(`rates.${currency} must be a number from 0.000001 to 1000000`);
    microsPerEuro.set(currency, micros);
  }
  return { ok: true, table: { asOfMs, microsPerEuro } };
}

/** Whether prices can be told in a currency now: the euro always, others while the table is fresh. */
export function knowsCurrency(table: ExchangeTable, currency: string, nowMs: number): boolean {
  return rateOf(table, currency, nowMs) !== null;
}

/**
 * Converts micros of one currency into whole micros of another, exactly (no floats), rounded as told: "down" for what we
 * offer, "up" for what is asked of us. Null when a rate is not known. Throws a RangeError for what are no whole micros.
 */
export function convertMicros(
  micros: number,
  from: string,
  to: string,
  rounding: "down" | "up",
  rates: { readonly table: ExchangeTable; readonly nowMs: number },
): number | null {
  if (!Number.isSafeInteger(micros) || micros < 0)
    throw new RangeError(`${micros} are no whole micros`);
  if (from === to) return micros;
  const fromRate = rateOf(rates.table, from, rates.nowMs);
  const toRate = rateOf(rates.table, to, rates.nowMs);
  if (fromRate === null || toRate === null) return null;
  const divisor = BigInt(fromRate);
  const product = BigInt(micros) * BigInt(toRate) + (rounding === "up" ? divisor - 1n : 0n);
  const converted = Number(product / divisor);
  return Number.isSafeInteger(converted) ? converted : null;
}

function rateOf(table: ExchangeTable, currency: string, nowMs: number): number | null {
  if (currency === "EUR") return microsPerUnit;
  const isFresh = nowMs < table.asOfMs + exchangeTableLifeMs;
  return isFresh ? (table.microsPerEuro.get(currency) ?? null) : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function problem(sentence: string): ReadTable {
  return { ok: false, problem: sentence };
}
