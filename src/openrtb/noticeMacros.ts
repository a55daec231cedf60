import { createBoundedCache } from "../boundedCache.ts";

/** Won (nothing is billed yet), billable, lost: `nurl`, `burl`, `lurl`. */
export type NoticeKind = "win" | "billing" | "loss";

/** The substitution macros of OpenRTB 2.6, section 4.4, without their "AUCTION_". */
export type AuctionMacro =
  | "ID"
  | "BID_ID"
  | "IMP_ID"
  | "SEAT_ID"
  | "AD_ID"
  | "PRICE"
  | "CURRENCY"
  | "MBR"
  | "LOSS"
  | "MIN_TO_WIN"
  | "MULTIPLIER"
  | "IMP_TS";

/**
 * The parameters of our notices and the macro that fills each. The exchange substitutes without escaping, so that an id with
 * an "&" or "#" in it spoils what follows: what money hangs on comes first, ids last.
 */
const parameters = {
  price: "PRICE",
  cur: "CURRENCY",
  loss: "LOSS",
  mtw: "MIN_TO_WIN",
  mbr: "MBR",
  mult: "MULTIPLIER",
  ts: "IMP_TS",
  bid: "BID_ID",
  seat: "SEAT_ID",
  ad: "AD_ID",
  imp: "IMP_ID",
  auction: "ID",
} as const satisfies Readonly<Record<string, AuctionMacro>>;

export type NoticeParameter = keyof typeof parameters;

const ids = ["bid", "seat", "ad", "imp", "auction"] as const;
const toldIn: Readonly<Record<NoticeKind, readonly NoticeParameter[]>> = {
  win: ["price", "cur", "mtw", "mbr", "mult", ...ids],
  billing: ["price", "cur", "mult", "ts", "mbr", ...ids],
  loss: ["price", "cur", "loss", "mtw", "mbr", ...ids],
};

/**
 * A signed address of ours (without a query) with the macros of OpenRTB 2.6, section 4.4, as the exchange fills them in for
 * this kind of notice. `priceMacro` is how this SSP writes the price, see {@link auctionMacro}.
 */
export function noticeUrl(address: string, kind: NoticeKind, priceMacro: string): string {
  let queries = knownQueries.get(priceMacro);
  if (queries === undefined) {
    queries = queriesOf(priceMacro);
    knownQueries.set(priceMacro, queries);
  }
  return `${address}?${queries[kind]}`;
}

type Queries = Readonly<Record<NoticeKind, string>>;

/** SSPs write the price in a handful of ways. */
const knownQueries = createBoundedCache<Queries>(100);

function queriesOf(priceMacro: string): Queries {
  const query = (kind: NoticeKind): string =>
    toldIn[kind]
      .map((name) => {
        const macro = parameters[name];
        return `${name}=${macro === "PRICE" ? priceMacro : auctionMacro(macro)}`;
      })
      .join("&");
  return { win: query("win"), billing: query("billing"), loss: query("loss") };
}

/** The text of a macro, with the name of an encoding when there is one: `auctionMacro("PRICE", "B64")`. */
export function auctionMacro(name: AuctionMacro, encoding?: string): string {
  return `\${AUCTION_${name}${encoding === undefined ? "" : `:${encoding}`}}`;
}
