import { codePolicy } from "./previewPage.ts";

/** The placeholder for the click's address in a shop's own HTML. */
const clickPlaceholder = "$" + "{CLICK_URL}";

/**
 * A shop's code as a document of its own: the click's address in its place, and its links open beside the page, which a
 * frame may not leave. `clickUrl` null = it leads nowhere ("#"). Pure.
 */
export function framePage(html: string, clickUrl: string | null): string {
  // At the end, so that a doctype stays the first.
  return `${html.replaceAll(clickPlaceholder, clickUrl ?? "#")}<base target="_blank">`;
}

/** The headers of such a document: without an origin even when it is opened by itself, and without anything but itself. */
export const framePolicy: string = codePolicy("");
