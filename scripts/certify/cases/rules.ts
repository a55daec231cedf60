import { bannerImp, nativeImp, nativeRequest, requestOf } from "../requests.ts";
import type { CertificationCase, Expectation, Look, Probe } from "../types.ts";

type Fields = Readonly<Record<string, unknown>>;
/** More than any campaign pays, per thousand. */
const unreachable = 1_000_000;

/** Prices, deals, and what a publisher does not want. */
export const ruleCases: readonly CertificationCase[] = [
  price("bids in a currency that is asked for", { cur: ["EUR"] }, "bid", inCurrency("EUR")),
  price(
    "bids in US dollars where no currency is named",
    { cur: undefined, imp: [bannerImp({ bidfloorcur: undefined })] },
    "bid",
    inCurrency("USD"),
  ),
  price("does not bid in a currency that nobody knows", { cur: ["XTS"] }, "no bid"),
  price(
    "takes the currency that it knows out of several",
    { cur: ["XTS", "EUR"] },
    "bid",
    inCurrency("EUR"),
  ),
  price("bids in auctions of the second price", { at: 2 }, "bid"),
  floor("reaches a floor", { bidfloor: 0.05 }, "bid"),
  floor("does not bid below a floor", { bidfloor: unreachable }, "no bid"),
  floor(
    "takes a floor without a currency for US dollars",
    { bidfloor: unreachable, bidfloorcur: undefined },
    "no bid",
  ),
  floor(
    "converts a floor of another currency",
    { bidfloor: unreachable, bidfloorcur: "USD" },
    "no bid",
  ),
  floor(
    "does not bid over a floor in a currency that nobody knows",
    { bidfloor: 0.01, bidfloorcur: "XTS" },
    "no bid",
  ),
  deals("does not bid in a private auction for deals that it does not have", 1, "no bid"),
  deals("bids openly beside deals that it does not have", 0, "bid", ({ bids }) =>
    bids.some(({ dealid }) => dealid !== undefined) ? ["dealid is set"] : [],
  ),
  floor("answers within exp", { exp: 60 }, "bid"),
  blocks("keeps blocked domains out", "bid", ({ bid }) => ({ badv: bid.adomain })),
  blocks("keeps subdomains of blocked domains out", "either", ({ bid }) => ({
    badv: bid.adomain.map((domain) => domain.split(".").slice(-2).join(".")),
  })),
  blocks("keeps blocked categories out", "either", ({ bid }) => ({
    bcat: bid.cat,
    cattax: bid.cattax,
  })),
  blocks("keeps children of a blocked category out", "either", ({ bid }) => ({
    bcat: bid.cat?.map((code) => code.split("-")[0]),
    cattax: bid.cattax,
  })),
  blocks("keeps to allowed categories", "no bid", () => ({ acat: ["IAB26-4"] })),
  blocks("bids where its category is allowed", "bid", ({ bid }) => ({
    acat: bid.cat,
    cattax: bid.cattax,
  })),
  blocks("does not bid where its seat is blocked", "no bid", ({ seat }) =>
    seat === null ? null : { bseat: [seat] },
  ),
  blocks("does not bid where other seats alone are wanted", "no bid", () => ({
    wseat: ["nobody-certified"],
  })),
  blocks("bids where its seat is wanted", "bid", ({ seat }) =>
    seat === null ? null : { wseat: [seat] },
  ),
  blocks("does not bid where only other languages are wanted", "no bid", () => ({ wlang: ["fi"] })),
  blocks("bids in French where French is wanted", "bid", () => ({ wlang: ["fr", "en"] })),
  blocks("does not bid when a block list is too long to be kept", "no bid", () => ({
    badv: Array.from({ length: 12_000 }, (_, i) => `d${i}.example`),
  })),
  both("bids on a page and in an app", {
    site: undefined,
    app: { bundle: "fr.example.app", publisher: { id: "p" } },
  }),
  both("bids without site and app", { site: undefined }),
  both("takes a supply chain", {
    source: {
      schain: { ver: "1.0", complete: 1, nodes: [{ asi: "publisher.example", sid: "1", hp: 1 }] },
    },
  }),
  both("takes a supply chain at its home of 2.5", {
    source: {
      ext: {
        schain: { ver: "1.0", complete: 1, nodes: [{ asi: "publisher.example", sid: "1", hp: 1 }] },
      },
    },
  }),
];

function price(name: string, fields: Fields, expect: Expectation, look?: Look): CertificationCase {
  return { group: "price", name, expect, body: () => requestOf(fields), ...(look && { look }) };
}

function floor(name: string, fields: Fields, expect: Expectation): CertificationCase {
  return { group: "price", name, expect, body: () => requestOf({ imp: [bannerImp(fields)] }) };
}

function deals(
  name: string,
  privateAuction: 0 | 1,
  expect: Expectation,
  look?: Look,
): CertificationCase {
  const pmp = {
    private_auction: privateAuction,
    deals: [{ id: "certification-nobodys", bidfloor: 0.01, bidfloorcur: "EUR" }],
  };
  return {
    group: "deals",
    name,
    expect,
    body: () => requestOf({ imp: [bannerImp({ pmp })] }),
    ...(look && { look }),
  };
}

/** With a native imp beside the banner, so that somebody else can still bid. */
function blocks(
  name: string,
  expect: Expectation,
  fields: (probe: Probe) => Fields | null,
): CertificationCase {
  return {
    group: "blocks",
    name,
    expect,
    body: (probe) => {
      const blocked = probe === null ? null : fields(probe);
      return blocked === null
        ? null
        : requestOf({ imp: [bannerImp(), nativeImp({}, { id: "2" })], ...blocked });
    },
  };
}

function both(name: string, fields: Fields): CertificationCase {
  const native = nativeImp({ request: nativeRequest() }, { id: "2" });
  return {
    group: "supply",
    name,
    expect: "either",
    body: () => requestOf({ imp: [bannerImp(), native], ...fields }),
  };
}

function inCurrency(code: string): Look {
  return ({ currency }) => (currency === code ? [] : [`cur is ${currency}, not ${code}`]);
}
