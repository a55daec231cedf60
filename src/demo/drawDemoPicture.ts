import sharp from "sharp";
import { createBoundedCache } from "../boundedCache.ts";
import { type DemoImageRequest, renderDemoImage } from "./demoImages.ts";

const rememberedPictures = 200;
const quality = 82;

/** A picture of the demo as JPEG; one that is asked for again is not drawn again. Rejects when it cannot be drawn. */
export type DrawDemoPicture = (request: DemoImageRequest) => Promise<Buffer>;

/**
 * Exchanges ask for pictures in JPEG, and few browsers' ad slots take SVG: the demo draws one from the other, some 30 ms on
 * another thread, and keeps the last few hundred in memory.
 */
export function createDrawDemoPicture(): DrawDemoPicture {
  const known = createBoundedCache<Promise<Buffer>>(rememberedPictures);
  return (request) => {
    const svg = renderDemoImage(request);
    const before = known.get(svg);
    if (before !== undefined) return before;
    const drawn = sharp(Buffer.from(svg))
      .flatten({ background: "#fff" })
      .jpeg({ quality })
      .toBuffer();
    known.set(svg, drawn);
    return drawn;
  };
}
