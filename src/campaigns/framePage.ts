import { codePolicy, mentionsMarkup } from "./previewPage.ts";

/** The placeholder for the click's address in a shop's own HTML. */
const clickPlaceholder = "$" + "{CLICK_URL}";

/** Beyond what the shop's own styles can reach or cover. */
const ours =
  "all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important";
const lowerEdge = `${ours};left:0!important;right:0!important;bottom:0!important;pointer-events:none!important`;
const everywhere = `${ours};inset:0!important;cursor:pointer!important`;

/**
 * A shop's code as a document of its own: the click's address in its place, and its links open beside the page, which a
 * frame may not leave. Code without that place leads to the shop wherever it is clicked. `clickUrl`: of ours, of letters that
 * need no escape; null = it leads nowhere ("#"). `mentions`: what the law has it say, over its lower edge. Pure.
 */
export function framePage(
  html: string,
  clickUrl: string | null,
  mentions: readonly string[] = [],
): string {
  const hasPlace = html.includes(clickPlaceholder);
  const link =
    clickUrl === null || hasPlace
      ? ""
      : `<a href="${clickUrl}" rel="noopener sponsored" aria-label="Voir le site de l’annonceur" style="${everywhere}"></a>`;
  const told =
    mentions.length === 0 ? "" : `<div style="${lowerEdge}">${mentionsMarkup(mentions)}</div>`;
  // At the end, so that a doctype stays the first.
  return `${html.replaceAll(clickPlaceholder, clickUrl ?? "#")}<base target="_blank">${link}${told}`;
}

/** The headers of such a document: without an origin even when it is opened by itself, and without anything but itself. */
export const framePolicy: string = codePolicy("");
