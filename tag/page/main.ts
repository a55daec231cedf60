import { guard } from "./dom.ts";
import { type Command, createTag, type Tag } from "./tag.ts";

declare const __VERSION__: string;

const host = window as unknown as { atelier?: Tag | readonly Command[] };

/** One tag a page, whoever brings a second; a browser that lacks what it needs shows no ads. */
const begin = guard((script: Element | null) => {
  const waiting = host.atelier;
  if (!(script instanceof HTMLScriptElement) || (waiting && "version" in waiting)) return;
  const url = new URL("../../v1/ads", script.src).href;
  const { tag, start } = createTag(__VERSION__, url, script.dataset.site);
  host.atelier = tag;
  if (Array.isArray(waiting)) for (const command of waiting) tag.push(command);
  // After what the page has said before this was there.
  queueMicrotask(start);
});

begin(document.currentScript as Element | null);
