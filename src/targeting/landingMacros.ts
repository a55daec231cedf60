/** What a landing address may have filled in when somebody clicks. */
export const landingMacros = [
  "campaign_id",
  "creative_id",
  "placement",
  "site",
  "commune",
  "click_id",
] as const;
export type LandingMacro = (typeof landingMacros)[number];

/** In paths, addresses in their normal form have braces as %7B and %7D. */
const macro = /(?:\{|%7B)([^{}/?#&=]*?)(?:\}|%7D)/gi;

/** What is wrong with the macros of a landing address, in words for its owner; null = nothing. Pure. */
export function macroProblem(landingUrl: string): string | null {
  const start = afterHost(landingUrl);
  if (/[{}]|%7[bd]/i.test(landingUrl.slice(0, start))) return "must not have a macro in its host";
  const rest = landingUrl.slice(start);
  const names = [...rest.matchAll(macro)].map(([, name = ""]) => name);
  const unknown = names.find((name) => !isMacro(name));
  if (unknown === undefined) return null;
  return `{${unknown.slice(0, 40)}} must be one of ${landingMacros.map((it) => `{${it}}`).join(", ")}`;
}

/** Whether something of an address is to be filled in, this macro or any. */
export function hasMacro(landingUrl: string, wanted?: LandingMacro): boolean {
  const found = [...landingUrl.slice(afterHost(landingUrl)).matchAll(macro)];
  return found.some(([, name = ""]) => (wanted === undefined ? isMacro(name) : name === wanted));
}

/**
 * A landing address with its macros filled in, each value as one encoded piece that cannot begin another parameter, path or
 * host; unknown values are left empty. Everything before the path stays to the letter. Pure.
 */
export function fillMacros(
  landingUrl: string,
  values: Readonly<Partial<Record<LandingMacro, string>>>,
): string {
  const start = afterHost(landingUrl);
  const filled = landingUrl
    .slice(start)
    .replace(macro, (whole, name: string) =>
      isMacro(name) ? encodePiece(values[name] ?? "") : whole,
    );
  return landingUrl.slice(0, start) + filled;
}

/** "." and ".." would be steps of a path; what is no text (half a pair) would throw. */
function encodePiece(value: string): string {
  const encoded = encodeURIComponent(value.toWellFormed());
  return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll(".", "%2E") : encoded;
}

const isMacro = (name: string): name is LandingMacro =>
  landingMacros.some((known) => known === name);

/** Where the host ends: "https://a.fr" and no more. */
function afterHost(landingUrl: string): number {
  const end = landingUrl.slice(8).search(/[/?#]/);
  return end < 0 ? landingUrl.length : 8 + end;
}

/**
 * The address with what analytics tools read, where it says none of it itself: utm_source=leboncoin, utm_medium=display and
 * utm_campaign, the campaign's name in small letters. The fragment stays last. Pure.
 */
export function withUtm(landingUrl: string, campaignName: string): string {
  const hash = landingUrl.indexOf("#");
  const address = hash < 0 ? landingUrl : landingUrl.slice(0, hash);
  const fragment = hash < 0 ? "" : landingUrl.slice(hash);
  const query = address.indexOf("?");
  const own = new URLSearchParams(query < 0 ? "" : address.slice(query + 1));
  const wanted = [
    ["utm_source", "leboncoin"],
    ["utm_medium", "display"],
    ["utm_campaign", slugOf(campaignName)],
  ].filter(([name = "", value]) => value !== "" && !own.has(name));
  if (wanted.length === 0) return landingUrl;
  const isOpen = query === address.length - 1 || address.endsWith("&");
  const separator = query < 0 ? "?" : isOpen ? "" : "&";
  const added = wanted.map(([name, value]) => `${name}=${value}`).join("&");
  return `${address}${separator}${added}${fragment}`;
}

const slugOf = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
