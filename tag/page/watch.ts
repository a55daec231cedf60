import { guard } from "./dom.ts";
import { createViewClock } from "./viewClock.ts";

/** An element that is watched. */
export interface Watch {
  /** Whether the share that counts is in view of a tab that is looked at. */
  readonly isSeen: () => boolean;
  readonly unwatch: () => void;
}

/** Calls `onViewable`, once, when that share of the element was in view for a second on end. */
export function watch(element: Element, share: number, onViewable: () => void): Watch {
  let inView = false;
  const isSeen = (): boolean => inView && !document.hidden;
  const tell = createViewClock({ later: setTimeout, cancel: clearTimeout }, guard(onViewable));
  const look = (): void => tell(isSeen());
  const observer = new IntersectionObserver(
    guard((entries: readonly IntersectionObserverEntry[]) => {
      inView = (entries.at(-1)?.intersectionRatio ?? 0) >= share;
      look();
    }),
    { threshold: share },
  );
  observer.observe(element);
  document.addEventListener("visibilitychange", look);
  return {
    isSeen,
    unwatch() {
      tell(false);
      observer.disconnect();
      document.removeEventListener("visibilitychange", look);
    },
  };
}
