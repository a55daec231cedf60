import { guard } from "./dom.ts";
import {
  add,
  askSoon,
  newViewId,
  open,
  optOut,
  type Page,
  scan,
  set,
  turnPage,
  want,
} from "./page.ts";
import { mayRefresh } from "./refreshRule.ts";
import { release } from "./slots.ts";
import type { Config } from "./types.ts";

export type Command = Config | ((tag: Tag) => void);

/** What pages call. */
export interface Tag {
  readonly version: string;
  /** Takes settings, or runs a function with this. */
  readonly push: (command: Command) => void;
  /** Makes an element want ads; attributes as `dataset` names them: `{ atelier: "top", atelierSizes: "300x250" }`. */
  readonly show: (element: HTMLElement, attributes?: Readonly<Record<string, string>>) => void;
  /** Another page is shown, with these settings; from the first call on only the site says when. */
  readonly navigate: (settings?: Config) => void;
  /** Asks again for what is in view (of one placement), as often as the rules allow. */
  readonly refresh: (code?: string) => void;
  readonly optOut: () => void;
}

/** Brings the page's ads, once it is started; `url` is where they are asked for. */
export function createTag(
  version: string,
  url: string,
  site: string | undefined,
): { readonly tag: Tag; readonly start: () => void } {
  const page: Page = {
    url,
    config: { site, ...written() },
    slots: new Map(),
    wanting: new Set(),
    viewId: newViewId(),
  };
  const tag: Tag = {
    version,
    push(command) {
      // A fault of the page's own is the page's to see, and stops nothing of ours.
      if (typeof command === "function") queueMicrotask(() => command(tag));
      else set(page, command);
    },
    show: guard((element: HTMLElement, attributes?: Readonly<Record<string, string>>) => {
      Object.assign(element.dataset, attributes);
      const before = page.slots.get(element);
      if (before !== undefined) release(before);
      add(page, element);
    }),
    navigate: guard((settings?: Config) => {
      set(page, { spa: false, ...written(), ...settings });
      turnPage(page);
    }),
    refresh: guard((code?: string) => refresh(page, code)),
    optOut: guard(() => optOut(page)),
  };
  return { tag, start: guard(() => start(page)) };
}

function start(page: Page): void {
  let { pathname } = location;
  open(page);
  scan(page);
  const look = guard(() => {
    const isOther = pathname !== location.pathname;
    pathname = location.pathname;
    if (isOther && page.config.spa !== false) {
      set(page, written());
      turnPage(page);
    } else scan(page);
  });
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  for (const event of ["readystatechange", "visibilitychange"])
    document.addEventListener(event, () => askSoon(page));
}

/** The page's settings in a block of data, which no policy forbids. */
function written(): Config {
  try {
    // Throws where there is none.
    return JSON.parse(document.querySelector("script[data-atelier-config]")!.textContent);
  } catch {
    return {};
  }
}

function refresh(page: Page, code: string | undefined): void {
  for (const slot of page.slots.values()) {
    const isMeant = code === undefined || slot.wish.code === code;
    if (!isMeant || !slot.watched?.isSeen() || !mayRefresh(slot, performance.now())) continue;
    slot.refreshes++;
    want(page, slot);
  }
}
