import { addFault, type Faults } from "./faults.ts";
import { hostOf } from "./host.ts";
import { limits } from "./limits.ts";
import { childOf, type Fields, objectOf, positiveOf, textOf, textsOf } from "./read.ts";
import type { BidContext } from "./types.ts";

/** Reads the one of site, app and dooh (2.6 §3.2.13, 3.2.14, 3.2.32) that the request has; more than one is a breach. */
export function parseContext(body: Fields, faults: Faults): BidContext {
  const site = objectOf(body.site);
  const app = objectOf(body.app);
  const dooh = objectOf(body.dooh);
  if (site !== null && app !== null) addFault(faults, "app", "is given besides site");
  else if (dooh !== null && (site ?? app) !== null)
    addFault(faults, "dooh", `is given besides ${site === null ? "app" : "site"}`);
  if (site !== null) return contextOf("site", site);
  if (app !== null) return contextOf("app", app);
  return dooh === null ? nowhere : contextOf("dooh", dooh);
}

const nowhere: BidContext = {
  kind: "none",
  domain: null,
  pageUrl: null,
  bundle: null,
  publisherId: null,
  publisherDomain: null,
  keywords: [],
  categories: [],
  categoryTaxonomy: 1,
  language: null,
};

function contextOf(kind: "site" | "app" | "dooh", source: Fields): BidContext {
  const publisher = childOf(source, "publisher");
  const content = childOf(source, "content");
  const pageUrl = kind === "site" ? textOf(source.page, limits.urlCharacters) : null;
  const language = textOf(content.language ?? content.langb, limits.shortCharacters);
  return {
    kind,
    domain: hostOf(source.domain) ?? hostOf(pageUrl),
    pageUrl,
    bundle: kind === "app" ? textOf(source.bundle, limits.idCharacters) : null,
    publisherId: textOf(publisher.id, limits.idCharacters),
    publisherDomain: hostOf(publisher.domain),
    keywords: [
      ...keywordsOf(source, limits.keywords),
      ...keywordsOf(content, limits.keywords),
    ].slice(0, limits.keywords),
    categories: categoriesOf(source, content),
    categoryTaxonomy: positiveOf(source.cattax) ?? 1,
    language: language?.toLowerCase() ?? null,
  };
}

function keywordsOf(source: Fields, most: number): readonly string[] {
  const given = source.kwarray ?? source.keywords;
  if (given === undefined) return [];
  return textsOf(given, most, limits.keywordCharacters).map((it) => it.toLowerCase());
}

/** The finest that is said: of the page, its section, what it shows, or the whole. */
function categoriesOf(source: Fields, content: Fields): readonly string[] {
  for (const list of [source.pagecat, source.sectioncat, content.cat, source.cat]) {
    const categories = readCategories(list, limits.codes);
    if (categories.length > 0) return categories;
  }
  return [];
}

/** Category codes in upper case ("iab25-3" is "IAB25-3"). */
export function readCategories(value: unknown, most: number): readonly string[] {
  if (value === undefined) return [];
  return textsOf(value, most, limits.shortCharacters).map((it) => it.toUpperCase());
}
