import type { AdFormat, ServableCampaign } from "../types.ts";
import { type Ragged, raggedFrom } from "./ragged.ts";

/** What a placement must accept of a creative: its format and, but for native, its exact size in pixels. */
export interface CreativeShape {
  readonly format: AdFormat;
  readonly width: number;
  readonly height: number;
}

/** The shape of every creative, as numbers of this segment: few distinct shapes exist. */
export interface ShapeColumns {
  readonly shapes: readonly CreativeShape[];
  /** The number of a shape by its `shapeKey`. */
  readonly shapeIds: ReadonlyMap<string, number>;
  readonly formats: ReadonlySet<AdFormat>;
  /** One shape number per creative, in the order of the campaign's creatives. */
  readonly byCampaign: Ragged;
}

/** A shape as a text: native has no size. */
export function shapeKey(format: AdFormat, width: number, height: number): string {
  return format === "native" ? format : `${format} ${width}x${height}`;
}

export function compileShapes(campaigns: readonly ServableCampaign[]): ShapeColumns {
  const shapeIds = new Map<string, number>();
  const shapes: CreativeShape[] = [];
  const byCampaign = raggedFrom(campaigns, (campaign) =>
    campaign.creatives.map(({ format, width, height }) => {
      const key = shapeKey(format, width, height);
      const known = shapeIds.get(key);
      if (known !== undefined) return known;
      shapeIds.set(key, shapes.length);
      shapes.push({ format, width, height });
      return shapes.length - 1;
    }),
  );
  return { shapes, shapeIds, formats: new Set(shapes.map(({ format }) => format)), byCampaign };
}
