import sharp from "sharp";
import { expect, it } from "vitest";
import { sizesOf } from "../../../src/media/pictureSizes.ts";
import { sniffPicture, uploadFormats } from "../../../src/media/sniffPicture.ts";

it("pictures are known by their bytes", async () => {
  const drawn = sharp({ create: { width: 16, height: 16, channels: 3, background: "#333" } });
  for (const format of uploadFormats) {
    const bytes = await drawn.clone().toFormat(format).toBuffer();
    expect(sniffPicture(bytes)).toBe(format);
  }
  const tiff = await drawn.clone().tiff().toBuffer();
  const text = (content: string) => Buffer.from(content);
  const heic = text("\0\0\0\x18ftypheic\0\0\0\0mif1heic");
  const others = [tiff, heic, text("<svg/>"), text("%PDF-1.7"), text("PK\x03\x04"), text("")];
  expect(others.map(sniffPicture)).toEqual(others.map(() => null));
});

it("no size is made by enlarging, and the smallest picture that is taken still has a native one", () => {
  for (const [width, height] of [
    [600, 314],
    [640, 480],
    [2_400, 1_200],
  ] as const) {
    const sizes = sizesOf(width, height);
    expect(sizes.every((size) => size.width <= width && size.height <= height)).toBe(true);
    expect(sizes[0]?.use).toBe("native");
    expect(new Set(sizes.map((size) => `${size.width}x${size.height}`)).size).toBe(sizes.length);
  }
});
