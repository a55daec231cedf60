import { atPlace } from "../atPlace.ts";
import type { DemoPlace } from "../demoTypes.ts";
import { type Html, html } from "./html.ts";
import type { Listing } from "./listings.ts";
import { type TownCategory, townCategories } from "./townCategories.ts";
import { type TownLanguage, type TownWords, townWords } from "./townWords.ts";

/** What every page of the town is made with. */
export interface TownPage {
  readonly language: TownLanguage;
  /** The same page in the other language. */
  readonly otherUrl: string;
  readonly place: DemoPlace;
  readonly category: TownCategory | null;
  readonly siteKey: string;
  /** Names of many communes, for the search field. */
  readonly suggestions: readonly string[];
}

const money = (language: TownLanguage) =>
  new Intl.NumberFormat(language === "fr" ? "fr-FR" : "en-GB", {
    style: "currency",
    currency: "EUR",
    maximumFractionDigits: 0,
  });

export const listUrl = (page: Pick<TownPage, "language">, place: DemoPlace, category?: string) => {
  const query = new URLSearchParams({ ou: place.inseeCode });
  if (category !== undefined && category !== "") query.set("quoi", category);
  if (page.language === "en") query.set("lang", "en");
  return `/demo/annonces?${query}`;
};

/** The first page: where and what. */
export function homePage(page: TownPage, listings: readonly Listing[]): string {
  const words = townWords[page.language];
  const main = html`
    <section class="hero"><h1>${words.tagline}</h1>${searchForm(page, words)}</section>
    <nav class="kinds" aria-label="${words.what}">${townCategories.map(
      (one) =>
        html`<a href="${listUrl(page, page.place, one.code)}">${page.language === "fr" ? one.fr : one.en}</a>`,
    )}</nav>
    <div class="ad" data-atelier="top" data-atelier-formats="native"></div>
    <h2>${words.near} ${page.place.name}</h2>
    <ul class="cards">${listings.slice(0, 6).map((one) => card(page, one))}</ul>
    <div class="ad" data-atelier="banner" data-atelier-sizes="728x90,320x50"></div>
    <ul class="cards">${listings.slice(6).map((one) => card(page, one))}</ul>`;
  return layout(page, "La Petite Annonce", main);
}

/** What is for sale around a place; ads stand between the listings. */
export function listPage(page: TownPage, listings: readonly Listing[], isKnown: boolean): string {
  const words = townWords[page.language];
  const kind = page.category === null ? words.everything : nameOf(page, page.category);
  const title = `${kind} ${words.around} ${page.place.name}`;
  const slot = html`<li class="ad-row"><div class="ad" data-atelier="list"></div></li>`;
  const main = html`
    ${searchForm(page, words)}
    <h1>${title}</h1>
    ${isKnown ? "" : html`<p class="note" role="status">${words.unknownPlace}</p>`}
    <p class="count">${listings.length} ${words.results}</p>
    <ul class="rows">${listings.slice(0, 3).map((one) => row(page, one))}${slot}${listings
      .slice(3, 8)
      .map((one) => row(page, one))}${slot}${listings.slice(8).map((one) => row(page, one))}</ul>`;
  return layout(page, title, main, { kind: "search" });
}

/** One listing. */
export function listingPage(page: TownPage, listing: Listing, like: readonly Listing[]): string {
  const words = townWords[page.language];
  const main = html`
    <p><a class="back" href="${listUrl(page, page.place, page.category?.code)}">${words.back}</a></p>
    <article class="listing">
      <img src="${pictureOf(listing)}" alt="" width="640" height="480">
      <div>
        <h1>${listing.title}</h1>
        <p class="price">${priceOf(page, listing)}</p>
        <p>${nameOf(page, listing.category)}, ${page.language === "fr" ? atPlace(listing.place.name) : `${words.at} ${listing.place.name}`} · ${ageOf(listing, words)}</p>
        <p lang="fr">${listing.text}</p>
        <p class="seller">${words.soldBy} <strong>${listing.seller}</strong></p>
        <details class="contact"><summary>${words.contact} ${listing.seller}</summary><p>${words.contactNote}</p></details>
      </div>
    </article>
    <div class="ad" data-atelier="top" data-atelier-formats="native"></div>
    <h2>${words.inTheSame}</h2>
    <ul class="cards">${like.slice(0, 6).map((one) => card(page, one))}</ul>
    <div class="ad" data-atelier="list" data-atelier-lazy></div>`;
  const { id: item, priceEuros } = listing;
  return layout(page, listing.title, main, { kind: "listing_view", item, priceEuros });
}

const nameOf = ({ language }: Pick<TownPage, "language">, one: TownCategory): string =>
  language === "fr" ? one.fr : one.en;

const pictureOf = ({ id }: Listing): string => `/demo/pictures/${id}.svg`;

const linkOf = ({ language }: TownPage, { id }: Listing): string =>
  `/demo/annonce/${id}${language === "en" ? "?lang=en" : ""}`;

const priceOf = ({ language }: TownPage, { priceEuros }: Listing): string =>
  priceEuros === 0 ? townWords[language].free : money(language).format(priceEuros);

function ageOf({ daysOld }: Listing, words: TownWords): string {
  if (daysOld === 0) return words.today;
  return daysOld === 1 ? words.yesterday : words.daysAgo(daysOld);
}

const card = (
  page: TownPage,
  one: Listing,
): Html => html`<li class="card"><a href="${linkOf(page, one)}">
  <img src="${pictureOf(one)}" alt="" loading="lazy" width="320" height="240">
  <span class="price">${priceOf(page, one)}</span><span class="title" lang="fr">${one.title}</span>
  <span class="where">${one.place.name} · ${ageOf(one, townWords[page.language])}</span></a></li>`;

const row = (
  page: TownPage,
  one: Listing,
): Html => html`<li class="row"><a href="${linkOf(page, one)}">
  <img src="${pictureOf(one)}" alt="" loading="lazy" width="160" height="120">
  <span class="words"><span class="title" lang="fr">${one.title}</span><span class="price">${priceOf(page, one)}</span>
  <span class="where">${one.place.name}${one.distanceMeters > 500 ? ` · ${Math.round(one.distanceMeters / 1_000)}\u00a0km` : ""} · ${ageOf(one, townWords[page.language])}</span></span></a></li>`;

function searchForm(page: TownPage, words: TownWords): Html {
  const options = townCategories.map((one) =>
    one === page.category
      ? html`<option value="${one.code}" selected>${nameOf(page, one)}</option>`
      : html`<option value="${one.code}">${nameOf(page, one)}</option>`,
  );
  return html`<form class="search" action="/demo/annonces" method="get" role="search">
    <label><span>${words.what}</span><select name="quoi"><option value="">${words.everything}</option>${options}</select></label>
    <label><span>${words.searchLabel}</span><input name="ou" value="${page.place.name}" list="communes" autocomplete="off" maxlength="60" placeholder="${words.searchPlaceholder}"></label>
    <datalist id="communes">${page.suggestions.map((name) => html`<option value="${name}"></option>`)}</datalist>
    ${page.language === "en" ? html`<input type="hidden" name="lang" value="en">` : ""}
    <button>${words.search}</button></form>`;
}

/** What coming to a page says, told to the ad server by the page itself. */
interface Arrival {
  readonly kind: "page_view" | "search" | "listing_view";
  readonly item?: string;
  readonly priceEuros?: number;
}

const arrivedAt = ({ kind, item, priceEuros }: Arrival): Html =>
  item === undefined
    ? html`data-kind="${kind}"`
    : html`data-kind="${kind}" data-item="${item}" data-price="${priceEuros ?? 0}"`;

function layout(
  page: TownPage,
  title: string,
  main: Html,
  arrival: Arrival = { kind: "page_view" },
): string {
  const words = townWords[page.language];
  const config = {
    site: page.siteKey,
    spa: false,
    page: { category: page.category?.code, keywords: [] },
    place: { search: { inseeCode: page.place.inseeCode } },
  };
  const home = page.language === "en" ? "/demo?lang=en" : "/demo";
  // Data within a script element: only what could end it must not stand there.
  const data: Html = { html: JSON.stringify(config).replaceAll("<", "\\u003c") };
  return html`<!doctype html>
<html lang="${page.language}"><head><meta charset="utf-8"><title>${title === "La Petite Annonce" ? title : `${title} · La Petite Annonce`}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="/demo/files/icon.svg"><link rel="stylesheet" href="/demo/files/town.css">
<script type="application/json" data-atelier-config>${data}</script>
<script src="/demo/files/town.js" defer></script><script src="/demo/tag/atelier.js" defer></script></head>
<body data-place="${page.place.inseeCode}" data-place-name="${page.place.name}" data-lat="${page.place.lat}" data-lon="${page.place.lon}" ${arrivedAt(arrival)}>
<div class="site"><header><a class="brand" href="${home}"><svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path d="M4 10.500 6 4h12l2 6.500M5 12v8h14v-8M4 10.500a2.600 2.600 0 0 0 5.300 0 2.600 2.600 0 0 0 5.400 0 2.600 2.600 0 0 0 5.300 0M10 20v-5h4v5"/></svg>La Petite Annonce</a>
<nav><button type="button" class="plain" data-open-choices>${words.choices}</button><a href="${page.otherUrl}" lang="${page.language === "fr" ? "en" : "fr"}">${words.other}</a></nav></header>
<main>${main}</main><footer><p>${words.fictional}</p></footer></div>
<aside id="seen" aria-label="${words.seen}"></aside>
</body></html>`.html;
}
