import type { ClickMacro } from "./bidTypes.ts";

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  // Exchanges replace macros in the markup as text, before it is parsed: what a shop wrote must never be taken for one.
  $: "&#36;",
  "%": "&#37;",
  "{": "&#123;",
  "[": "&#91;",
};

/**
 * A shop's text as HTML text or attribute value: nothing in it is markup, an end of quotes or a macro, nor looks like a
 * plain-http address to an exchange that searches markup for one.
 */
export function escapeText(text: string): string {
  return text
    .replace(/[&<>"'$%{[]/g, (character) => references[character] ?? character)
    .replace(/(http:)\/\//gi, "$1&#47;&#47;");
}

/** An address as attribute value; its macros stay macros. */
export function escapeUrl(url: string): string {
  return url.replace(/[&<>"'\s]/g, (character) => references[character] ?? encodeURI(character));
}

/** Where a click leads: through the exchange's counting, when it has one, to ours. */
export function clickAddress(click: string, macro: ClickMacro | null): string {
  if (macro === null) return click;
  return macro.text + (macro.encoding === "percent" ? encodeURIComponent(click) : click);
}

/** Whether a text that stands unescaped in the markup (an address, JSON) would be taken for a macro. */
export function namesMacro(text: string, macro: ClickMacro | null): boolean {
  return /\$\{|%%/.test(text) || (macro !== null && text.includes(macro.text));
}
