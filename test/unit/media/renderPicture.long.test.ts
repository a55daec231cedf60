import sharp, { type Sharp } from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { mediaLimits } from "../../../src/media/pictureSizes.ts";
import { renderPicture } from "../../../src/media/renderPicture.ts";
import { sniffPicture } from "../../../src/media/sniffPicture.ts";
import { bomb, photo, plainPicture } from "../../support/pictures.ts";

const width = 900;
const height = 600;
const drawn = (): Sharp =>
  sharp({
    create: { width, height, channels: 4, background: { r: 200, g: 40, b: 40, alpha: 0.5 } },
  });
const noise = (): Sharp =>
  sharp({
    create: {
      width: 2_600,
      height: 1_800,
      channels: 3,
      background: "#888",
      noise: { type: "gaussian", mean: 128, sigma: 70 },
    },
  });

// Decoders are shut out for a process that does nothing else; other files of this one draw SVG.
afterAll(() => sharp.unblock({ operation: ["VipsForeignLoad"] }));

async function render(bytes: Buffer) {
  const format = sniffPicture(bytes);
  if (format === null) throw new Error("this is no picture");
  return renderPicture(bytes, format);
}

/** Every way in which a picture of the same red half may be written. */
const uploads: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ["a PNG with transparency", () => drawn().png().toBuffer()],
  ["a PNG of 16 bits", () => drawn().toColourspace("rgb16").png().toBuffer()],
  ["a PNG with a palette", () => drawn().png({ palette: true }).toBuffer()],
  ["a grey JPEG", () => drawn().flatten().grayscale().jpeg().toBuffer()],
  ["a CMYK JPEG", () => drawn().flatten().toColourspace("cmyk").jpeg().toBuffer()],
  ["a progressive JPEG", () => drawn().flatten().jpeg({ progressive: true }).toBuffer()],
  ["a lossless WebP", () => drawn().webp({ lossless: true }).toBuffer()],
  ["a GIF", () => drawn().gif().toBuffer()],
  ["an AVIF", () => drawn().avif().toBuffer()],
];

describe("what is made of an upload", () => {
  it.each(uploads)(
    "%s: every size, light, of sRGB and nothing else",
    async (_what, make) => {
      const made = await render(await make());
      if (!made.ok) throw new Error(made.rule);
      expect([made.width, made.height]).toEqual([width, height]);
      for (const { bytes, format, ...size } of made.pictures) {
        expect(bytes.byteLength).toBeLessThanOrEqual(mediaLimits.shownBytes);
        const told = await sharp(bytes).metadata();
        expect(told).toMatchObject({
          width: size.width,
          height: size.height,
          space: "srgb",
          channels: 3,
        });
        expect(told.format).toBe(format === "jpg" ? "jpeg" : "webp");
        expect([told.exif, told.xmp, told.iptc, told.icc]).toEqual([
          undefined,
          undefined,
          undefined,
          undefined,
        ]);
      }
    },
    60_000,
  );

  it("is light even of noise, which nothing compresses", async () => {
    const made = await render(await noise().jpeg().toBuffer());
    if (!made.ok) throw new Error(made.rule);
    const heaviest = Math.max(...made.pictures.map(({ bytes }) => bytes.byteLength));
    expect(heaviest).toBeLessThanOrEqual(mediaLimits.shownBytes);
  }, 60_000);

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "stands upright whatever orientation %i says",
    async (orientation) => {
      const bytes = await drawn().flatten().withMetadata({ orientation }).jpeg().toBuffer();
      const made = await render(bytes);
      expect(made).toMatchObject(
        orientation < 5 ? { width, height } : { width: height, height: width },
      );
    },
    60_000,
  );

  it("of an animation is its first frame", async () => {
    const page = await sharp({
      create: { width: 640, height: 400, channels: 3, background: "#0a0" },
    })
      .png()
      .toBuffer();
    const animation = (frames: number) =>
      sharp(
        Array.from({ length: frames }, () => page),
        { join: { animated: true } },
      )
        .gif({ delay: 100 })
        .toBuffer();
    expect(await render(await animation(3))).toMatchObject({ ok: true, width: 640, height: 400 });
  }, 60_000);
});

describe("what is refused", () => {
  it.each([
    ["a bomb by its sides", () => bomb(), /sides of at most/],
    ["a bomb by its pixels", () => bomb(11_000, 11_000), /at most 40000000 pixels/],
    ["what is too small", () => plainPicture(599, 400), /at least 600 × 314/],
    ["a strip", () => plainPicture(4_000, 400), /at most 4 times/],
    ["a header alone", async () => Buffer.from("GIF89a"), /header is damaged/],
    [
      "half a photo",
      async () => (await photo()).subarray(0, 6_000),
      /damaged or cut short|header is damaged/,
    ],
  ])("%s", async (_what, make, rule) => {
    expect(await render(await make())).toMatchObject({
      ok: false,
      rule: expect.stringMatching(rule),
    });
  });

  it("any cut and any flipped byte is a refusal or a picture, never a fault", async () => {
    const whole = await plainPicture(700, 400);
    const jpeg = await sharp(whole).jpeg().toBuffer();
    for (const bytes of [whole, jpeg]) {
      for (let at = 12; at < bytes.length; at += Math.ceil(bytes.length / 25)) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 0xff;
        expect(await render(flipped)).toHaveProperty("ok");
        expect(await render(bytes.subarray(0, at))).toHaveProperty("ok");
      }
    }
  }, 300_000);
});
