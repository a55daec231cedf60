import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Something that is paid for: how much of it, at which price of the table. */
export interface CostLine {
  readonly what: string;
  readonly price: string;
  readonly quantity: number;
}

export interface PricedLine extends CostLine {
  readonly dollars: number;
}

export interface PriceTable {
  readonly region: string;
  readonly currency: string;
  readonly asOf: string;
  readonly source: string;
  readonly prices: Readonly<Record<string, { readonly dollars: number; readonly page: string }>>;
}

/** Hours of a usual month. */
export const monthHours = 730;

export function readPrices(): PriceTable {
  return JSON.parse(readFileSync(join(import.meta.dirname, "eu-west-3.json"), "utf8"));
}

/** The lines with their cost, US dollars. Throws for a price that the table does not have. */
export function priceLines(
  lines: readonly CostLine[],
  { prices }: PriceTable,
): readonly PricedLine[] {
  return lines.map((line) => {
    const price = prices[line.price];
    if (price === undefined) throw new Error(`The table of prices has no "${line.price}"`);
    return { ...line, dollars: price.dollars * line.quantity };
  });
}

export function sumOf(lines: readonly PricedLine[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}
