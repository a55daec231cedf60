import { drawBanners } from "./drawBanners.ts";
import type { DrawOrder } from "./drawPool.ts";

/** The program of the process that draws the banners of one ad and ends. */
process.once("message", async ({ photo, words }: DrawOrder) => {
  const drawn = await drawBanners(Buffer.from(photo), words);
  process.send?.(drawn, () => process.exit(0));
});
