import { reservedHeight, wishOf } from "./sizes.ts";
import type { Wish } from "./types.ts";

/** Finds the elements of a page that want ads. */
export const places = (): NodeListOf<HTMLElement> => document.querySelectorAll("[data-atelier]");

/** Keeps the room that the largest answer takes, or that there is, and says what the element wishes for at its width. */
export function reserve(element: HTMLElement): Wish {
  const { clientWidth: width, offsetHeight: height } = element;
  const wish = wishOf(element.dataset, width);
  element.style.minHeight = `${Math.max(reservedHeight(wish, width), height)}px`;
  return wish;
}
