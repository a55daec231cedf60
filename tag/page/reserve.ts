import { reservedHeight, wishOf } from "./sizes.ts";
import type { Wish } from "./types.ts";

/** Finds the elements of a page that want ads. */
export const places = (): NodeListOf<HTMLElement> => document.querySelectorAll("[data-atelier]");

/** Keeps the room that the largest answer takes, and says what the element wishes for at its width. */
export function reserve(element: HTMLElement): Wish {
  const width = element.clientWidth;
  const wish = wishOf(element.dataset, width);
  element.style.minHeight = `${reservedHeight(wish, width)}px`;
  return wish;
}
