import type { Choices } from "./choices.ts";
import { tcStringOf, type Visit } from "./visit.ts";

/** What the town's server wrote into the page. */
interface PageConfig {
  readonly site: string;
  readonly page: { readonly category?: string };
  readonly place: { readonly search: { readonly inseeCode: string } };
}

/**
 * Tells the ad server what is done on this page, by way of the demo as the tag does (its origin is this machine's, which no site
 * allows), and else as any site would: once somebody has chosen, or leaves without; and when a seller
 * is contacted. A beacon outlives the page.
 */
export function tellActivity(visit: Visit, choices: Choices): void {
  const config = readConfig();
  if (config === null) return;
  const { kind = "page_view", item, price } = document.body.dataset;
  const told = new Set<string>();
  const tell = (what: string): void => {
    if (told.has(what)) return;
    told.add(what);
    const event = {
      eventId: crypto.randomUUID(),
      kind: what,
      category: config.page.category,
      itemId: item,
      priceMicros: price === undefined ? undefined : Number(price) * 1_000_000,
      inseeCode: config.place.search.inseeCode,
    };
    const report = { site: config.site, visitor: visitorOf(visit), place: config.place, event };
    navigator.sendBeacon("/demo/v1/activity", JSON.stringify(report));
  };
  if (visit.choice() !== null) tell(kind);
  choices.onChange(() => tell(kind));
  addEventListener("pagehide", () => tell(kind));
  for (const contact of document.querySelectorAll("details.contact"))
    contact.addEventListener("toggle", () => tell("contact"));
}

function visitorOf(visit: Visit): object {
  const [id, choice] = [visit.persona(), visit.choice()];
  const consent = choice === null ? "" : tcStringOf(choice, Date.now());
  return id === "" ? { consent } : { id, consent };
}

function readConfig(): PageConfig | null {
  const text = document.querySelector("[data-atelier-config]")?.textContent;
  return typeof text === "string" && text !== "" ? JSON.parse(text) : null;
}
