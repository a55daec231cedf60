import { ask } from "./ask.ts";
import { type ConsentGate, type ConsentHost, createConsentGate, givenSignal } from "./consent.ts";
import { guard, tell } from "./dom.ts";
import { type Batch, batchesOf, bodyOf } from "./request.ts";
import { places, reserve } from "./reserve.ts";
import { clear, createSlot, release, type Slot, show } from "./slots.ts";
import type { Ad, Config } from "./types.ts";

/** What is known of the page and of what it shows. */
export interface Page {
  readonly url: string;
  /** Kept up to date: `set` writes into it. */
  readonly config: Config;
  readonly slots: Map<HTMLElement, Slot>;
  /** To be asked for at the next moment. */
  readonly wanting: Set<Slot>;
  viewId: string;
  gate?: ConsentGate;
  near?: IntersectionObserver;
  timer?: unknown;
  /** Stands over all settings, once the visitor has opted out. */
  out?: Config;
}

/** Requests of one moment leave together; after a navigation the moment is longer, for the page is being built anew. */
const togetherMs = 20;
const settlingMs = 150;
const answerMs = 3_000;
const choiceMs = 1_000;
/** So far from what is in view lazy places are asked for. */
const nearby = "300px";

/** Random, in memory, and new for each page view: it recognises nobody. */
export const newViewId = (): string => crypto.getRandomValues(new Uint32Array(4)).join("_");

/** Starts waiting for the choice, and hears of places that come near what is in view. */
export function open(page: Page): void {
  page.gate = createConsentGate(
    window as ConsentHost,
    () => givenSignal(page.config.visitor),
    page.config.cmpTimeout ?? choiceMs,
    setTimeout,
  );
  const onNear = guard((entries: readonly IntersectionObserverEntry[]) => {
    for (const { isIntersecting, target } of entries) {
      const slot = page.slots.get(target as HTMLElement);
      if (!isIntersecting || slot === undefined) continue;
      page.near?.unobserve(target);
      slot.wish = reserve(slot.element);
      want(page, slot);
    }
  });
  page.near = new IntersectionObserver(onNear, { rootMargin: nearby });
}

/** Finds new places, and lets go of those that have left the page. */
export function scan(page: Page): void {
  for (const [element, slot] of page.slots) {
    if (element.isConnected) continue;
    release(slot);
    page.slots.delete(element);
  }
  for (const element of places()) if (!page.slots.has(element)) add(page, element);
}

export function add(page: Page, element: HTMLElement): void {
  const slot = createSlot(element);
  page.slots.set(element, slot);
  wantWhenNear(page, slot);
}

/** Asks for it now, or, for a lazy or a hidden one, when it comes near. */
function wantWhenNear(page: Page, slot: Slot, ms?: number): void {
  const { element } = slot;
  const isLazy = "atelierLazy" in element.dataset || page.config.lazy;
  if (isLazy || element.clientWidth === 0) page.near?.observe(element);
  else want(page, slot, ms);
}

export function want(page: Page, slot: Slot, ms?: number): void {
  page.wanting.add(slot);
  askSoon(page, ms);
}

/** Not of a page that is not all there, is only prepared, or was opened behind another: that is told of when it changes. */
export function askSoon(page: Page, ms: number = togetherMs): void {
  page.timer ??= setTimeout(
    guard(() => {
      page.timer = null;
      if (document.readyState !== "loading" && !document.hidden)
        page.gate?.pass(guard(() => flush(page)));
    }),
    ms,
  );
}

function flush(page: Page): void {
  // Elements that have left are not known any more, and named anew they are others.
  const wanting = [...page.wanting].filter((slot) => page.slots.get(slot.element) === slot);
  page.wanting.clear();
  const fitting = wanting.filter(({ wish }) => wish.formats.length > 0);
  for (const slot of wanting) if (!fitting.includes(slot)) fill(page, slot, []);
  for (const batch of batchesOf(fitting)) send(page, batch);
}

function send(page: Page, { slots, placements }: Batch<Slot>): void {
  const { config, viewId, url } = page;
  const signal = page.gate?.signal() ?? {};
  const body = bodyOf(config, signal, viewId, navigator.userAgent, placements);
  for (const slot of slots) slot.askedAtMs = performance.now();
  ask(url, body, config.timeout ?? answerMs)
    .catch((reason: unknown) => {
      tell(document, "error", { reason: String(reason) });
      return new Map<string, Ad[]>();
    })
    .then(
      guard((answer) => {
        if (page.viewId === viewId) share(page, slots, answer);
      }),
    );
}

/** Elements of one placement take its ads in turn. */
function share(page: Page, slots: readonly Slot[], answer: ReadonlyMap<string, Ad[]>): void {
  for (const slot of slots) {
    const { code, count, formats, sizes } = slot.wish;
    const ads = answer.get(code)?.splice(0, count) ?? [];
    const fits = ({ format, width, height }: Ad): boolean =>
      formats.includes(format) &&
      (format === "native" || sizes.some((size) => size[0] === width && size[1] === height));
    fill(page, slot, ads.filter(fits));
  }
}

/** What shows an ad keeps it where there is no other. */
function fill(page: Page, slot: Slot, ads: readonly Ad[]): void {
  if (ads.length === 0 && slot.isFilled) return;
  show(slot, ads, {
    config: page.config,
    optOut: () => optOut(page),
    again: () => want(page, slot),
  });
}

/** Settings, later ones first; but whoever has opted out stays so on every page that follows. */
export function set(page: Page, settings?: Config): void {
  Object.assign(page.config, settings, page.out);
}

/**
 * From now on nothing about the visitor is sent; what was chosen by it goes at once, and what is on its way is not shown. The site
 * is told, and may remember it.
 */
export function optOut(page: Page): void {
  page.out = { personalised: false };
  set(page);
  page.viewId = newViewId();
  tell(document, "optout", {});
  for (const slot of page.slots.values()) {
    if (slot.isFilled && !slot.isPersonal) continue;
    clear(slot);
    wantWhenNear(page, slot);
  }
}

/** Another page is shown, whether or not its elements are others. */
export function turnPage(page: Page): void {
  page.viewId = newViewId();
  for (const slot of page.slots.values()) {
    clear(slot);
    slot.refreshes = 0;
    wantWhenNear(page, slot, settlingMs);
  }
  scan(page);
}
