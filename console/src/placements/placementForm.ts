import type { Placement, PlacementInput } from "../../../sdk/src/generated.ts";

/** A placement as a form has it: sizes as people write them, the floor in euros. */
export interface PlacementValues {
  readonly siteId: string | null;
  readonly code: string;
  readonly formats: string[];
  readonly sizes: string[];
  readonly floorEuros: number | string;
  readonly allowedCategories: string[];
  readonly blockedTrades: string[];
  readonly blockedAdvertiserIds: string[];
}

/** Which field of the form stands for which of the API's. */
export const placementPointers: Readonly<Record<string, keyof PlacementValues>> = {
  "/siteId": "siteId",
  "/code": "code",
  "/formats": "formats",
  "/sizes": "sizes",
  "/floorMicros": "floorEuros",
  "/allowedCategories": "allowedCategories",
  "/blockedTrades": "blockedTrades",
  "/blockedAdvertiserIds": "blockedAdvertiserIds",
};

const microsPerEuro = 1_000_000;

/** The form of a placement; null = of a new one of a site. Pure. */
export function valuesOf(placement: Placement | null, siteId: number | null): PlacementValues {
  const site = placement?.siteId ?? siteId;
  return {
    siteId: site === null ? null : String(site),
    code: placement?.code ?? "",
    formats: [...(placement?.formats ?? ["native"])],
    sizes: (placement?.sizes ?? []).map(([width, height]) => `${width}x${height}`),
    floorEuros: (placement?.floorMicros ?? 0) / microsPerEuro,
    allowedCategories: [...(placement?.allowedCategories ?? [])],
    blockedTrades: [...(placement?.blockedTrades ?? [])],
    blockedAdvertiserIds: (placement?.blockedAdvertiserIds ?? []).map(String),
  };
}

/** "300x250", "300 × 250" → [300, 250]; null = no size. Pure. */
export function sizeOf(text: string): readonly [number, number] | null {
  const found = /^\s*(\d{1,4})\s*[x×*]\s*(\d{1,4})\s*$/i.exec(text);
  return found === null ? null : [Number(found[1]), Number(found[2])];
}

/** The first text that is no size; null = all are. Pure. */
export function badSizeOf(sizes: readonly string[]): string | null {
  return sizes.find((text) => sizeOf(text) === null) ?? null;
}

/** What the API takes of it; sizes that are none are left out, for the form names them before. Pure. */
export function bodyOf(values: PlacementValues): PlacementInput {
  const { siteId, code, formats, sizes, floorEuros, blockedAdvertiserIds, ...lists } = values;
  const body = {
    ...lists,
    siteId: siteId === null ? null : Number(siteId),
    code: code.trim(),
    formats,
    sizes: sizes.map(sizeOf).filter((size) => size !== null),
    floorMicros: floorEuros === "" ? "" : Math.round(Number(floorEuros) * microsPerEuro),
    blockedAdvertiserIds: blockedAdvertiserIds.map(Number),
  };
  // What a form can hold and the API cannot is the API's to refuse, with the field's name.
  return body as PlacementInput;
}
