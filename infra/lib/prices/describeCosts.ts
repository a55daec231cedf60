import { type PricedLine, type PriceTable, sumOf } from "./estimate.ts";

/** Costs as lines of text, the dearest first, with their sum and where the prices are from. */
export function describeCosts(lines: readonly PricedLine[], prices: PriceTable): readonly string[] {
  const dearest = [...lines].sort((a, b) => b.dollars - a.dollars);
  const width = Math.max(...lines.map(({ what }) => what.length));
  return [
    ...dearest.map(
      ({ what, dollars }) => `${what.padEnd(width)}  ${dollars.toFixed(2).padStart(10)}`,
    ),
    `${"sum".padEnd(width)}  ${sumOf(lines).toFixed(2).padStart(10)}`,
    `US dollars, ${prices.region}, prices of ${prices.asOf}: ${prices.source}.`,
  ];
}
