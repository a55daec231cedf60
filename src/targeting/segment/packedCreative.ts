import type { CreativeBidFacts } from "../bidConstraints.ts";
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
      facts?: PackedFacts,
    ]
  | readonly [
      creativeId: number,
      landingUrl: string,
      format: typeof image,
      width: number,
      height: number,
      imageUrl: string,
      alt: string,
      facts?: PackedFacts,
    ]
  | readonly [
      creativeId: number,
      landingUrl: string,
      format: typeof html,
      width: number,
      height: number,
      html: string,
      facts?: PackedFacts,
    ];

/** What exchanges ask besides: the picture's width and height (0 = not known), attributes, the icon's address and side. */
type PackedFacts = readonly [
  width: number,
  height: number,
  attributes: readonly number[],
  iconUrl?: string,
  iconSide?: number,
];

const native = 0;
const image = 1;
const html = 2;

/** `shareText` answers the number of a text that many campaigns have in common. */
export function packCreative(
  { creativeId, landingUrl, width, height, content, bidFacts }: ServableCreative,
  shareText: (text: string) => number,
): PackedCreative {
  const facts: readonly [] | readonly [PackedFacts] =
    bidFacts === undefined ? [] : [packFacts(bidFacts)];
  if ("html" in content)
    return [creativeId, landingUrl, html, width, height, content.html, ...facts];
  if ("alt" in content) {
    return [creativeId, landingUrl, image, width, height, content.imageUrl, content.alt, ...facts];
  }
  const { title, text, callToAction, imageUrl } = content;
  return [creativeId, landingUrl, native, title, text, shareText(callToAction), imageUrl, ...facts];
}

function packFacts({ picture, attributes, icon }: CreativeBidFacts): PackedFacts {
  const { width, height } = picture ?? { width: 0, height: 0 };
  return icon === null
    ? [width, height, attributes]
    : [width, height, attributes, icon.url, icon.side];
}

function withFacts(creative: CreativeView, packed: PackedFacts | undefined): CreativeView {
  if (packed === undefined) return creative;
  const [width, height, attributes, iconUrl, iconSide = 0] = packed;
  const picture = width === 0 ? null : { width, height };
  const icon = iconUrl === undefined ? null : { url: iconUrl, side: iconSide };
  return { ...creative, bidFacts: { picture, icon, attributes } };
}

/** The creative that was packed; `sharedText` answers the text of a number. */
export function unpackCreative(
  packed: PackedCreative,
  sharedText: (number: number) => string,
): CreativeView {
  const [creativeId, landingUrl] = packed;
  switch (packed[2]) {
    case native: {
      const [, , , title, text, callToAction, imageUrl, facts] = packed;
      const content = { title, text, callToAction: sharedText(callToAction), imageUrl };
      return withFacts(
        { creativeId, format: "native", width: 0, height: 0, landingUrl, content },
        facts,
      );
    }
    case image: {
      const [, , , width, height, imageUrl, alt, facts] = packed;
      const content = { imageUrl, alt };
      return withFacts({ creativeId, format: "image", width, height, landingUrl, content }, facts);
    }
    case html: {
      const [, , , width, height, text, facts] = packed;
      const content = { html: text };
      return withFacts({ creativeId, format: "html", width, height, landingUrl, content }, facts);
    }
  }
}
