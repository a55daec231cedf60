import type { CreativeView } from "../targeting/types.ts";

const known = new WeakMap<CreativeView, string>();

/**
 * `crid`: the creative's id and a print of all that a visitor sees or is led to, so that a changed creative is a new one to
 * the exchanges' audits and an unchanged one never is. At most 25 characters. Remembered by object: the print of 50 kB of
 * HTML takes longer than the rest of a bid. `mention`: what the law has it say, which is the same as long as the object is.
 */
export function creativeVersion(creative: CreativeView, mention = ""): string {
  const remembered = known.get(creative);
  if (remembered !== undefined) return remembered;
  const { creativeId, format, width, height, landingUrl, content, bidFacts } = creative;
  const { icon = null, attributes = [] } = bidFacts ?? {};
  const isPlain = icon === null && attributes.length === 0;
  const seen = [
    format,
    width,
    height,
    landingUrl,
    content,
    ...(isPlain ? [] : [icon, attributes]),
    ...(mention === "" ? [] : [mention]),
  ];
  const print = printOf(JSON.stringify(seen));
  const version = `${creativeId}-${print}`;
  known.set(creative, version);
  return version;
}

/** 64 bits of two FNV-1a hashes over UTF-16 units, in base 36. Not a secret: only a change must show. */
function printOf(text: string): string {
  let forward = 0x811c9dc5;
  let backward = 0xc9dc5118;
  for (let at = 0; at < text.length; at++) {
    forward = Math.imul(forward ^ text.charCodeAt(at), 0x01000193);
    backward = Math.imul(backward ^ text.charCodeAt(text.length - 1 - at), 0x01000193);
  }
  return (forward >>> 0).toString(36) + (backward >>> 0).toString(36);
}
