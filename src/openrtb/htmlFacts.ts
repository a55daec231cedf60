import { hasInsecureAddress, hasScript } from "../targeting/creativeContent.ts";
import type { HtmlContent } from "../targeting/types.ts";
import { escapeText } from "./markupText.ts";

/** What bids need of a shop's HTML, up to 50 kB of it: too much to be gone through for every bid. */
export interface HtmlFacts {
  /** The code as an attribute's value, parted where the click's address goes; one part = it places no link itself. */
  readonly parts: readonly string[];
  /** It would load something by plain http. */
  readonly isInsecure: boolean;
  readonly hasScript: boolean;
}

/** The placeholder for the click's address in a shop's own HTML; without it, the whole ad is one link. */
export const clickPlaceholder = "$" + "{CLICK_URL}";

const known = new WeakMap<HtmlContent, HtmlFacts>();

/** Remembered by object, which lives as long as the snapshot that it is of. */
export function htmlFacts(content: HtmlContent): HtmlFacts {
  const remembered = known.get(content);
  if (remembered !== undefined) return remembered;
  const { html } = content;
  const facts = {
    parts: html.split(clickPlaceholder).map(escapeText),
    isInsecure: hasInsecureAddress(html),
    hasScript: hasScript(html),
  };
  known.set(content, facts);
  return facts;
}
