import { maxPriceMicros, type PriceCodec } from "./priceCodec.ts";

const decimal = /^\d{1,7}(\.\d{1,20})?(e[-+]?\d{1,2})?$/i;

/**
 * Prices in clear: "1.2345", units per thousand. Exchanges count in floating point, hence the nearest micro: 1.2300000000001
 * is the 1.23 that was bid.
 */
export const clearPrice: PriceCodec = {
  decode: (text) => {
    if (!decimal.test(text)) return null;
    const micros = Math.round(Number(text) * 1_000_000);
    return micros <= maxPriceMicros ? micros : null;
  },
  encode: (micros) => String(micros / 1_000_000),
};
