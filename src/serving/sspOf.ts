import { randomBytes } from "node:crypto";
import type { StoredSsp } from "../campaigns/repository.ts";
import { base64Price } from "../openrtb/priceCodecs/base64Price.ts";
import { clearPrice } from "../openrtb/priceCodecs/clearPrice.ts";
import { hmacPrice } from "../openrtb/priceCodecs/hmacPrice.ts";
import type { PriceCodec } from "../openrtb/priceCodecs/priceCodec.ts";
import {
  AddressRangeError,
  type AddressRanges,
  compileRanges,
  createAddressRanges,
  parseRange,
} from "./addressRanges.ts";
import type { Ssp } from "./bidPorts.ts";

/** An SSP as it is kept, ready to serve: its addresses compiled, its keys made into what checks and decodes. */
export function sspOf(stored: StoredSsp, domain: string): Ssp {
  const { addresses, keyHash } = stored;
  return {
    sspId: stored.sspId,
    name: stored.name,
    status: stored.status,
    keyHash: keyHash === null ? null : Buffer.from(keyHash, "hex"),
    addresses: addresses.length === 0 ? null : rangesOf(addresses),
    openToBrowsers: stored.openToBrowsers,
    qpsLimit: stored.qpsLimit,
    deadlineMs: stored.deadlineMs,
    networkMs: stored.networkMs,
    answer: {
      seat: stored.seat,
      wantsNoBidReasons: stored.wantsNoBidReasons,
      clickMacro: stored.clickMacro,
      priceMacro: stored.priceMacro,
      holdSeconds: stored.holdSeconds,
      domain,
    },
    price: {
      currencies: stored.currencies,
      marginPermille: stored.marginPermille,
      shading: stored.shading,
    },
    priceCodec: priceCodecOf(stored),
    billedBy: stored.billedBy,
    syncUrl: stored.syncUrl,
  };
}

/** Says what is wrong with an address block of an allow-list, or null. */
export function addressProblem(block: string): string | null {
  try {
    parseRange(block);
    return null;
  } catch (error) {
    if (error instanceof AddressRangeError) return error.message;
    throw error;
  }
}

function rangesOf(blocks: readonly string[]): AddressRanges {
  const sound = blocks.filter((block) => addressProblem(block) === null);
  return createAddressRanges(compileRanges(sound.map(parseRange)));
}

function priceCodecOf({ priceEncoding, priceKeys }: StoredSsp): PriceCodec {
  if (priceEncoding === "base64") return base64Price;
  if (priceEncoding === "none" || priceKeys === null) return clearPrice;
  const encryption = Buffer.from(priceKeys.encryption, "base64url");
  const integrity = Buffer.from(priceKeys.integrity, "base64url");
  return hmacPrice({ encryption, integrity }, () => randomBytes(16));
}
