import { beacon } from "./beacon.ts";
import { cardOf } from "./card.ts";
import { guard, make, tell } from "./dom.ts";
import { mayRefresh, refreshSeconds } from "./refreshRule.ts";
import { reserve } from "./reserve.ts";
import { viewableShare } from "./sizes.ts";
import { dress } from "./style.ts";
import type { Ad, Config, Wish } from "./types.ts";
import { type Watch, watch } from "./watch.ts";
import { french } from "./words.ts";

/** An element that shows ads. */
export interface Slot {
  readonly element: HTMLElement;
  wish: Wish;
  /** Milliseconds of the page's clock. */
  askedAtMs: number;
  refreshes: number;
  isFilled?: boolean;
  /** What it shows was chosen by what is known of the visitor. */
  isPersonal?: boolean;
  /** Since its ads were drawn, or others asked for. */
  secondsSeen: number;
  /** One of its ads. */
  watched?: Watch | undefined;
  readonly stops: (() => void)[];
}

export interface ShowDeps {
  readonly config: Config;
  readonly optOut: () => void;
  /** Asks once more for the slot. */
  readonly again: () => void;
}

export const createSlot = (element: HTMLElement): Slot => ({
  element,
  wish: reserve(element),
  askedAtMs: 0,
  refreshes: 0,
  secondsSeen: 0,
  stops: [],
});

/** Ends what watches the slot's ads. */
export function release({ stops }: Slot): void {
  for (const stop of stops.splice(0)) stop();
}

/** Takes its ads away; their room stays. */
export function clear(slot: Slot): void {
  release(slot);
  slot.isFilled = slot.isPersonal = false;
  slot.watched = undefined;
  slot.element.shadowRoot?.replaceChildren();
}

/** Shows ads, or, where there are none, what the page has put into the element: in a tree that the page's styles do not reach. */
export function show(slot: Slot, ads: readonly Ad[], deps: ShowDeps): void {
  clear(slot);
  const { element, wish } = slot;
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  dress(root);
  slot.secondsSeen = 0;
  slot.isFilled = ads.length > 0;
  slot.isPersonal = ads.some(({ choices }) => choices !== "");
  for (const ad of ads) addAd(slot, root, ad, deps);
  if (slot.isFilled) return;
  root.append(make("slot"));
  // Only where nobody sees anything move: below what is in view.
  const isBelow = element.getBoundingClientRect().top >= innerHeight;
  if (isBelow && element.dataset.atelierEmpty !== "keep") element.style.minHeight = "0";
  tell(element, "empty", { placement: wish.code });
}

function addAd(slot: Slot, root: ShadowRoot, ad: Ad, deps: ShowDeps): void {
  const { element, wish } = slot;
  const { choices, clickPrefix, words } = deps.config;
  const told = { placement: wish.code, creativeId: ad.creativeId, format: ad.format };
  let isOver = false;
  const card = cardOf(ad, {
    words: { ...french, ...words },
    choices,
    clickPrefix,
    optOut: deps.optOut,
    onClick: guard(() => tell(element, "click", told)),
    onDrawn: guard((isDrawn: boolean) => {
      if (isOver || !card.isConnected) return;
      isOver = true;
      if (isDrawn) {
        beacon(ad.impression);
        tell(element, "render", told);
        follow(slot, card, ad, deps, () => tell(element, "viewable", told));
      } else {
        card.remove();
        if (root.childElementCount === 0) show(slot, [], deps);
      }
    }),
  });
  root.append(card);
}

/** Watches for the view that counts, and for the seconds in view after which another ad may come. */
function follow(slot: Slot, card: Element, ad: Ad, deps: ShowDeps, onViewable: () => void): void {
  const { element, stops } = slot;
  // Without its line.
  const body = card.lastElementChild as HTMLElement;
  const watched = watch(body, viewableShare(body.offsetWidth, body.offsetHeight), () => {
    beacon(ad.viewable);
    onViewable();
  });
  slot.watched = watched;
  stops.push(watched.unwatch);
  const wanted = refreshSeconds(element.dataset.atelierRefresh ?? deps.config.refresh);
  // One of several ads of an element counts for all.
  if (wanted === 0 || stops.length > 1) return;
  const timer = setInterval(
    guard(() => {
      // Not while somebody reads why.
      if (watched.isSeen() && !element.shadowRoot?.activeElement) slot.secondsSeen++;
      if (slot.secondsSeen < wanted || !mayRefresh(slot, performance.now())) return;
      slot.secondsSeen = 0;
      slot.refreshes++;
      deps.again();
    }),
    1_000,
  );
  stops.push(() => clearInterval(timer));
}
