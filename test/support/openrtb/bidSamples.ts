import type { ExchangeTable } from "../../../src/openrtb/exchangeTable.ts";
import type { Deal, Imp } from "../../../src/openrtb/types.ts";

const day = Date.UTC(2026, 2, 12);
const table: ExchangeTable = {
  asOfMs: day,
  microsPerEuro: new Map([
    ["USD", 1_087_300],
    ["GBP", 841_250],
    ["JPY", 161_870_000],
    ["KWD", 334_120],
  ]),
};

/** Rates of one day, two hours later. */
export const rates = { table, nowMs: day + 2 * 3_600_000 };

/** A banner of 300 × 250 without a floor. */
export function sampleImp(fields: Partial<Imp> = {}): Imp {
  return {
    id: "1",
    banner: {
      sizes: [[300, 250]],
      flex: [],
      ranges: [],
      blockedAttributes: [],
      blockedTypes: [],
      apis: [],
      position: null,
      mimes: [],
    },
    native: null,
    hasVideo: false,
    hasAudio: false,
    floorMicros: 0,
    floorCurrency: "USD",
    secure: true,
    rewarded: false,
    interstitial: false,
    expSeconds: null,
    tagId: null,
    deals: [],
    privateAuction: false,
    ...fields,
  };
}

export function sampleDeal(fields: Partial<Deal> = {}): Deal {
  return {
    id: "deal-1",
    floorMicros: 0,
    floorCurrency: "EUR",
    auctionType: null,
    allowedSeats: [],
    allowedDomains: [],
    ...fields,
  };
}
