import type { AdFormat, Placement } from "../targeting/types.ts";
import type { AdsBodyPlacement } from "./adsBody.ts";

/** What a site has registered of one of its slots. It narrows what a page asks for, never widens it. */
export interface RegisteredPlacement {
  readonly formats: readonly AdFormat[];
  /** [width, height] in pixels; empty = any size. */
  readonly sizes: readonly (readonly [number, number])[];
  /** Micros per thousand views. */
  readonly floorMicros: number;
  readonly blockedAdvertiserIds: readonly number[];
  readonly blockedTrades: readonly string[];
  /** The slot takes ads only on pages of these categories and what is below them; empty = on all pages. */
  readonly allowedCategories: readonly string[];
}

/**
 * The slot to fill: the page's wishes within what the site has registered (null = nothing registered).
 * A page that names no formats means native, and image too when it gives sizes. On a page of a category that the slot
 * does not take (`pageCategory` null = the page names none) no format is left.
 */
export function placementOf(
  asked: AdsBodyPlacement,
  registered: RegisteredPlacement | null,
  pageCategory: string | null,
): Placement {
  const askedSizes = (asked.sizes ?? []).map(([width = 0, height = 0]) => [width, height] as const);
  const askedFormats = asked.formats ?? (askedSizes.length > 0 ? ["native", "image"] : null);
  const base = { id: asked.id, count: asked.count ?? 1 };
  if (registered === null) {
    return {
      ...base,
      formats: askedFormats ?? ["native"],
      sizes: askedSizes,
      floorMicros: asked.floorMicros ?? 0,
      blockedAdvertiserIds: [],
      blockedTrades: [],
    };
  }
  const sizes = commonSizes(askedSizes, registered.sizes);
  const isOpen = takesCategory(registered.allowedCategories, pageCategory);
  const formats = (askedFormats ?? registered.formats).filter(
    (format) =>
      isOpen && registered.formats.includes(format) && (sizes !== null || format === "native"),
  );
  return {
    ...base,
    formats,
    sizes: sizes ?? [],
    floorMicros: Math.max(asked.floorMicros ?? 0, registered.floorMicros),
    blockedAdvertiserIds: registered.blockedAdvertiserIds,
    blockedTrades: registered.blockedTrades,
  };
}

/** A category covers those below it: "vehicules" takes a page of "vehicules/voitures". */
function takesCategory(allowed: readonly string[], category: string | null): boolean {
  if (allowed.length === 0) return true;
  if (category === null) return false;
  return allowed.some((it) => category === it || category.startsWith(`${it}/`));
}

type Sizes = readonly (readonly [number, number])[];

/** Sizes that both sides take; empty = any. Null = they have none in common, so that only native fits. */
function commonSizes(asked: Sizes, registered: Sizes): Sizes | null {
  if (asked.length === 0) return registered;
  if (registered.length === 0) return asked;
  const both = asked.filter(([width, height]) =>
    registered.some((size) => size[0] === width && size[1] === height),
  );
  return both.length === 0 ? null : both;
}
