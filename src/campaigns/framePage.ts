import { codePolicy, mentionsMarkup } from "./previewPage.ts";

/** The placeholder for the click's address in a shop's own HTML. */
const clickPlaceholder = "$" + "{CLICK_URL}";

/**
 * A shop's code as a document of its own: the click's address in its place, and its links open beside the page, which a
 * frame may not leave. `clickUrl` null = it leads nowhere ("#"). `mentions`: what the law has it say, over its lower edge. Pure.
 */
export function framePage(
  html: string,
  clickUrl: string | null,
  mentions: readonly string[] = [],
): string {
  // At the end, so that a doctype stays the first.
  const code = `${html.replaceAll(clickPlaceholder, clickUrl ?? "#")}<base target="_blank">`;
  if (mentions.length === 0) return code;
  // Beyond what the shop's own styles can reach or cover.
  const style =
    "all:initial!important;display:block!important;position:fixed!important;left:0!important;right:0!important;bottom:0!important;z-index:2147483647!important;pointer-events:none!important";
  return `${code}<div style="${style}">${mentionsMarkup(mentions)}</div>`;
}

/** The headers of such a document: without an origin even when it is opened by itself, and without anything but itself. */
export const framePolicy: string = codePolicy("");
