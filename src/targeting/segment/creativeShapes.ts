import type { AdFormat, ServableCampaign, ServableCreative } from "../types.ts";
import { createInterner } from "./interner.ts";
import { createRaggedBuilder, type Ragged } from "./ragged.ts";

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

export interface ShapeBuilder {
  /** Adds the creatives of the next campaign; answers the shape of all of them, or `severalShapes` (or none). */
  add(campaign: ServableCampaign): number;
  finish(): ShapeColumns;
}

/** What is said of a campaign whose creatives are not all of one shape. */
export const severalShapes = 0xffff_ffff;

export function createShapeBuilder(): ShapeBuilder {
  const keys = createInterner();
  const shapes: CreativeShape[] = [];
  const byCampaign = createRaggedBuilder();
  const shapeIdOf = ({ format, width, height }: ServableCreative): number => {
    const shapeId = keys.idOf(shapeKey(format, width, height));
    if (shapeId === shapes.length) shapes.push({ format, width, height });
    return shapeId;
  };
  return {
    add({ creatives }) {
      let only = severalShapes;
      for (let index = 0; index < creatives.length; index++) {
        const shapeId = shapeIdOf(creatives[index]!);
        only = index === 0 || shapeId === only ? shapeId : severalShapes;
        byCampaign.push(shapeId);
      }
      byCampaign.close();
      return only;
    },
    finish: () => ({
      shapes,
      shapeIds: keys.ids,
      formats: new Set(shapes.map(({ format }) => format)),
      byCampaign: byCampaign.finish(),
    }),
  };
}
