import type { Random } from "../random.ts";
import { createWeightedDraw } from "../random.ts";
import type { Visit } from "./drawVisit.ts";

const kinds = ["search", "listing_view", "page_view"] as const;
const drawKind = createWeightedDraw([45, 45, 10]);
/** Listings of a category; a few are looked at by many. */
const listings = 400;
const contactShare = 0.06;
const depositShare = 0.01;

/**
 * What the visitor of a page did there, as the site tells it (the body of `POST /v1/activity`): mostly one event, sometimes the
 * seller is contacted too, or something is put up for sale.
 */
export function drawActivity({ body }: Pick<Visit, "body">, random: Random): Visit["body"] {
  const { site, visitor, place, page } = body;
  const { category = "" } = page as { readonly category?: string };
  const kind = random.chance(depositShare) ? "deposit" : (kinds[drawKind(random)] ?? "page_view");
  const listing = kind === "search" || kind === "page_view" ? {} : listingOf(category, random);
  const isContacted = kind === "listing_view" && random.chance(contactShare);
  const event = (one: string) => ({ eventId: uuidOf(random), kind: one, category, ...listing });
  const events = isContacted ? [event(kind), event("contact")] : [event(kind)];
  return { site, visitor, place, events };
}

function listingOf(category: string, random: Random): Visit["body"] {
  // By rank: the first of four hundred is looked at some six times as often as the hundredth.
  const rank = Math.floor(listings * random.next() ** 3);
  const priceMicros = (5 + ((rank * 7_919) % 900)) * 1_000_000;
  return { itemId: `${category.replaceAll("/", "-")}-${rank}`.slice(-64), priceMicros };
}

/** Of the fourth version, from the seed. */
function uuidOf(random: Random): string {
  const hex = Array.from({ length: 8 }, () =>
    random.integer(0, 65_535).toString(16).padStart(4, "0"),
  ).join("");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
