import type { CreativeView, ServableCreative } from "../types.ts";

/**
 * A creative as a tuple instead of an object: a hundred thousand times the names of ten properties would be 15 MB.
 * The third element tells the format.
 */
export type PackedCreative =
  | readonly [
      creativeId: number,
      landingUrl: string,
      format: typeof native,
      title: string,
      text: string,
      /** Number of a shared text: a handful of calls to action serve everybody. */
      callToAction: number,
      imageUrl: string,
    ]
  | readonly [
      creativeId: number,
      landingUrl: string,
      format: typeof image,
      width: number,
      height: number,
      imageUrl: string,
      alt: string,
    ]
  | readonly [
      creativeId: number,
      landingUrl: string,
      format: typeof html,
      width: number,
      height: number,
      html: string,
    ];

const native = 0;
const image = 1;
const html = 2;

/** `shareText` answers the number of a text that many campaigns have in common. */
export function packCreative(
  { creativeId, landingUrl, width, height, content }: ServableCreative,
  shareText: (text: string) => number,
): PackedCreative {
  if ("html" in content) return [creativeId, landingUrl, html, width, height, content.html];
  if ("alt" in content) {
    return [creativeId, landingUrl, image, width, height, content.imageUrl, content.alt];
  }
  const { title, text, callToAction, imageUrl } = content;
  return [creativeId, landingUrl, native, title, text, shareText(callToAction), imageUrl];
}

/** The creative that was packed; `sharedText` answers the text of a number. */
export function unpackCreative(
  packed: PackedCreative,
  sharedText: (number: number) => string,
): CreativeView {
  const [creativeId, landingUrl] = packed;
  switch (packed[2]) {
    case native: {
      const [, , , title, text, callToAction, imageUrl] = packed;
      const content = { title, text, callToAction: sharedText(callToAction), imageUrl };
      return { creativeId, format: "native", width: 0, height: 0, landingUrl, content };
    }
    case image: {
      const [, , , width, height, imageUrl, alt] = packed;
      const content = { imageUrl, alt };
      return { creativeId, format: "image", width, height, landingUrl, content };
    }
    case html: {
      const [, , , width, height, text] = packed;
      const content = { html: text };
      return { creativeId, format: "html", width, height, landingUrl, content };
    }
  }
}
