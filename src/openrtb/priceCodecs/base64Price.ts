import { clearPrice } from "./clearPrice.ts";
import type { PriceCodec } from "./priceCodec.ts";

/** The example of OpenRTB 2.6, section 4.4 ("${AUCTION_PRICE:B64}"): the price in clear, in base64 of either alphabet. */
export const base64Price: PriceCodec = {
  decode: (text) => {
    if (!/^[A-Za-z0-9+/_-]{2,64}={0,2}$/.test(text)) return null;
    return clearPrice.decode(Buffer.from(text, "base64").toString("latin1"));
  },
  encode: (micros) => Buffer.from(clearPrice.encode(micros), "latin1").toString("base64url"),
};
