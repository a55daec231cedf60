import { nativeImp, requestOf } from "../requests.ts";
import type { CertificationCase, Look, Seen, SeenBid, WireRequest } from "../types.ts";

const group = "notices";

/** An exchange fills macros in as OpenRTB 2.6 has them, section 4.4; the price in clear. */
function filled(url: string, price: string, currency: string): string {
  const values: Readonly<Record<string, string>> = {
    PRICE: price,
    CURRENCY: currency,
    LOSS: "102",
    MULTIPLIER: "1",
  };
  return url.replace(
    /\$\{AUCTION_([A-Z_]+)(?::[A-Za-z0-9]+)?\}/g,
    (_, name: string) => values[name] ?? "",
  );
}

function get(address: string, method = "GET"): WireRequest {
  return { method, address, suffix: "", headers: { accept: "*/*" }, body: null };
}

async function statusOf({ send }: Seen, address: string): Promise<string> {
  const { status, text } = await send(get(address));
  return `${status}${text === "" ? "" : " with content"}`;
}

/** Calls an address of the first bid, as `address` makes it, and says what came instead of `wanted`. */
function calls(
  address: (bid: SeenBid, currency: string) => string,
  wanted: RegExp,
  times = 1,
): Look {
  return async (seen) => {
    const [bid] = seen.bids;
    if (bid === undefined) return [];
    const problems: string[] = [];
    for (let call = 0; call < times; call++) {
      const status = await statusOf(seen, address(bid, seen.currency ?? "EUR"));
      if (!wanted.test(status)) problems.push(`call ${call + 1} was answered ${status}`);
    }
    return problems;
  };
}

const silent = /^204$/;
const refused = /^40[034]$/;

/** Notices and the addresses in the markup. Bids of `test` requests: nothing that is called here counts. */
export const noticeCases: readonly CertificationCase[] = [
  {
    ...of("sends nurl, burl and lurl with the price macro"),
    look: ({ bids }) => bids.flatMap(macroProblems),
  },
  {
    ...of("answers nurl"),
    look: calls((bid, currency) => filled(bid.nurl, `${bid.price}`, currency), silent),
  },
  {
    ...of("answers burl each time that it is called"),
    look: calls((bid, currency) => filled(bid.burl, `${bid.price}`, currency), silent, 3),
  },
  {
    ...of("answers lurl"),
    look: calls((bid, currency) => filled(bid.lurl, `${bid.price}`, currency), silent),
  },
  {
    ...of("answers a price of AUDIT"),
    look: calls((bid, currency) => filled(bid.burl, "AUDIT", currency), silent),
  },
  {
    ...of("answers a price above its bid"),
    look: calls((bid, currency) => filled(bid.burl, `${bid.price * 2}`, currency), silent),
  },
  {
    ...of("answers a price that is none"),
    look: calls((bid, currency) => filled(bid.burl, "free", currency), silent),
  },
  { ...of("answers macros that were left as they are"), look: calls((bid) => bid.nurl, silent) },
  {
    ...of("refuses an address that it did not sign"),
    look: calls((bid) => forged(bid.burl), refused),
  },
  {
    ...of("counts the impression by a picture in the markup"),
    look: calls(pixelOf, /^(200( with content)?|204)$/),
  },
  {
    ...of("sends the click through the exchange or straight to its own redirect"),
    look: ({ bids }) =>
      bids.filter(({ adm }) => !/href="[^"]+"|srcdoc="/.test(adm)).map(() => "adm has no link"),
  },
  {
    ...of("keeps crid the same from bid to bid"),
    look: async ({ bids }) =>
      bids
        .filter(({ crid }) => crid.length === 0 || crid.length > 64)
        .map(() => "crid has no length of 1 to 64"),
  },
  {
    ...of("tells of native impressions by addresses of its own"),
    body: () => requestOf({ imp: [nativeImp()] }),
    look: ({ bids }) =>
      bids
        .filter(({ adm }) => !/"(eventtrackers|imptrackers)":\[[{"]/.test(adm))
        .map(() => "no tracker"),
  },
];

function of(name: string): CertificationCase {
  return { group, name, body: () => requestOf(), expect: "bid" };
}

function macroProblems(bid: SeenBid): readonly string[] {
  return (["nurl", "burl", "lurl"] as const)
    .filter((name) => !/[?&]price=[^&]*[A-Z_]{5}/.test(bid[name]))
    .map((name) => `${name} has no price macro`);
}

/** Another last letter before the query: another signature. */
function forged(url: string): string {
  const at = url.indexOf("?");
  const end = at === -1 ? url.length : at;
  return `${url.slice(0, end - 4)}${url.slice(end - 4, end) === "AAAA" ? "BBBB" : "AAAA"}${url.slice(end)}`;
}

function pixelOf({ adm }: SeenBid): string {
  const sources = [...adm.matchAll(/<img src="([^"]+)" width="1"/g)].map(([, src = ""]) => src);
  return (sources[0] ?? "").replaceAll("&amp;", "&");
}
