import { createHash } from "node:crypto";
import { escapeText } from "../openrtb/markupText.ts";
import type { CampaignView } from "../targeting/types.ts";
import type { AdReasons } from "./aboutAd.ts";
import { type AboutWords, english, french } from "./aboutWords.ts";
import { isNational } from "./why.ts";

export type AboutLanguage = "fr" | "en";

export interface AboutAd {
  readonly campaign: Pick<
    CampaignView,
    "advertiserName" | "payerName" | "zoneLabel" | "wantedCategories" | "audience"
  >;
  readonly reasons: AdReasons;
  /** Our domain. */
  readonly domain: string;
  /** The last day of the address, in milliseconds. */
  readonly lastDayMs: number;
}

const words: Readonly<Record<AboutLanguage, AboutWords>> = { fr: french, en: english };
/** More would be no main reason. */
const mostNamed = 5;

const style =
  "body{max-width:40em;margin:2em auto;padding:0 1em;font:16px/1.5 sans-serif;color:#222;background:#fff}" +
  "h1{font-size:1.5em}h2{font-size:1.1em;margin-top:1.5em}dt{font-weight:bold}dd{margin:0 0 .5em}" +
  "a{color:#06c}small{color:#555}";

/** Nothing is loaded, run, sent or framed; the one style is known by its hash. */
export const aboutPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The page behind "Why this ad?" (Digital Services Act, article 26): that it is one, for whom, who pays, the main reasons, and
 * how to change them. It knows the campaign and the kinds of reasons, nothing of who reads it. Pure.
 */
export function aboutPage(ad: AboutAd, language: AboutLanguage): string {
  const said = words[language];
  const { advertiserName, payerName } = ad.campaign;
  return pageOf(said, language, [
    `<p>${said.isAd}</p>`,
    "<dl>",
    ...termOf(said.forWhom, advertiserName),
    ...termOf(said.paidBy, payerName),
    ...termOf(said.shownBy, `Atelier (${ad.domain})`),
    "</dl>",
    `<h2>${said.reasonsTitle}</h2>`,
    listOf(reasonsOf(ad, said)),
    `<h2>${said.changeTitle}</h2>`,
    listOf(changesOf(ad, said)),
    `<p><small>${said.aboutLink(dayIn(ad.lastDayMs, language))}</small></p>`,
  ]);
}

/** What whoever comes with another address is told. */
export function noAboutPage(problem: "not_ours" | "expired", language: AboutLanguage): string {
  const said = words[language];
  const text = problem === "expired" ? said.expired : said.notOurs;
  return pageOf(said, language, [`<p>${text}</p>`]);
}

function pageOf(said: AboutWords, language: AboutLanguage, parts: readonly string[]): string {
  const other = language === "fr" ? "en" : "fr";
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta name="robots" content="noindex"><title>${said.title}</title><style>${style}</style></head><body><main>`,
    `<h1>${said.title}</h1>`,
    ...parts,
    `<p><a href="?lang=${other}" hreflang="${other}" lang="${other}">${said.otherLanguage}</a></p>`,
    "</main></body></html>",
  ].join("");
}

/** The weightiest first, as in the answer to a page. */
function reasonsOf({ campaign, reasons }: AboutAd, said: AboutWords): readonly string[] {
  const { zoneLabel, wantedCategories, audience } = campaign;
  const place = placeOf({ campaign, reasons });
  return [
    place === null ? said.everywhere : said.places[place](escapeText(zoneLabel)),
    ...(reasons.category ? [said.category(named(wantedCategories.map(sectionOf)))] : []),
    ...(reasons.audience
      ? [said.audience(named(audience.map(({ segmentName }) => segmentName)))]
      : []),
  ];
}

function changesOf(ad: AboutAd, said: AboutWords): readonly string[] {
  const place = placeOf(ad);
  const { audience } = ad.reasons;
  return [
    ...(place === null ? [] : [said.changePlaces[place]]),
    ...(audience ? [said.changeAudience] : []),
    said.changeAnything,
  ];
}

/** Null = it did not matter: the ad shows everywhere. */
function placeOf({ campaign, reasons }: Pick<AboutAd, "campaign" | "reasons">) {
  return isNational(campaign.zoneLabel) ? null : reasons.place;
}

function sectionOf(category: string): string {
  return (category.split("/").at(-1) ?? category).replaceAll(/[-_]/g, " ");
}

function named(names: readonly string[]): string {
  const told = names.slice(0, mostNamed).map((name) => `« ${escapeText(name)} »`);
  return told.join(", ") + (names.length > mostNamed ? "…" : "");
}

function termOf(term: string, value: string): readonly string[] {
  return [`<dt>${term}</dt><dd>${escapeText(value)}</dd>`];
}

function listOf(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}

function dayIn(dayMs: number, language: AboutLanguage): string {
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(dayMs);
}

/** English where it is asked for before French, by `?lang=` or by the browser's languages; French otherwise. Never throws. */
export function aboutLanguageOf(
  asked: string | null,
  acceptLanguage: string | undefined,
): AboutLanguage {
  if (asked === "fr" || asked === "en") return asked;
  const weightOf = (language: string): number => {
    const weights = (acceptLanguage ?? "")
      .split(",", mostLanguages)
      .map((part) =>
        /^\s*([a-z]{2})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(part),
      )
      .filter((match) => match?.[1]?.toLowerCase() === language)
      .map((match) => Number(match?.[2] ?? 1));
    return Math.max(0, ...weights);
  };
  return weightOf("en") > weightOf("fr") ? "en" : "fr";
}

const mostLanguages = 20;
