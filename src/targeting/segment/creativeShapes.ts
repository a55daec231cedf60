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
  /** One shape number per creative, in the order of the campaign's creatives. */
  readonly byCampaign: Ragged;
}

export function compileShapes(campaigns: readonly ServableCampaign[]): ShapeColumns {
  const ids = new Map<string, number>();
  const shapes: CreativeShape[] = [];
  const byCampaign = raggedFrom(campaigns, (campaign) =>
    campaign.creatives.map(({ format, width, height }) => {
      const key = format === "native" ? format : `${format} ${width}x${height}`;
      const known = ids.get(key);
      if (known !== undefined) return known;
      ids.set(key, shapes.length);
      shapes.push({ format, width, height });
      return shapes.length - 1;
    }),
  );
  return { shapes, byCampaign };
}
