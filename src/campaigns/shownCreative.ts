import type { CreativeBidFacts } from "../targeting/bidConstraints.ts";
import type { Mention } from "../targeting/mentions.ts";
import type { ServableCreative } from "../targeting/types.ts";
import type { CreativeFields } from "./creativeSchema.ts";

/** What of a creative is shown, with what its campaign adds. */
export interface ShownCreative extends ServableCreative {
  readonly campaignName: string;
  readonly utmTagging: boolean;
  /** What the law has it say: see `mentionTexts`. */
  readonly mentions: readonly Mention[];
}

/** A creative as visitors see it: what serving nodes hold, and what a review approves. Pure. */
export function creativeToShown(creativeId: number, creative: CreativeFields): ServableCreative {
  const isNative = creative.format === "native";
  const facts = factsOf(creative);
  return {
    creativeId,
    format: creative.format,
    width: isNative ? 0 : creative.width,
    height: isNative ? 0 : creative.height,
    landingUrl: creative.landingUrl,
    content: contentOf(creative),
    ...(facts === null ? {} : { bidFacts: facts }),
  };
}

function contentOf(creative: CreativeFields): ServableCreative["content"] {
  switch (creative.format) {
    case "native": {
      const { title, text, callToAction, imageUrl } = creative;
      return { title, text, callToAction, imageUrl };
    }
    case "image":
      return { imageUrl: creative.imageUrl, alt: creative.alt };
    case "html":
      return { html: creative.html };
  }
}

/** Null where nothing is known: most creatives are never offered to an exchange. */
function factsOf(creative: CreativeFields): CreativeBidFacts | null {
  const { attributes } = creative;
  if (creative.format !== "native") {
    return attributes.length === 0 ? null : { attributes, picture: null, icon: null };
  }
  const { imageWidth, imageHeight, iconUrl, iconSide } = creative;
  const picture =
    imageWidth === null || imageHeight === null ? null : { width: imageWidth, height: imageHeight };
  const icon = iconUrl === null || iconSide === null ? null : { url: iconUrl, side: iconSide };
  if (picture === null && icon === null && attributes.length === 0) return null;
  return { attributes, picture, icon };
}

/** Whether a change shows visitors something else or leads them elsewhere: that is for a reviewer to see again. */
export function showsOtherwise(before: CreativeFields, after: CreativeFields): boolean {
  return JSON.stringify(creativeToShown(0, before)) !== JSON.stringify(creativeToShown(0, after));
}

/** All words of a creative that a person reads, for hints to reviewers. */
export function wordsOf(creative: CreativeFields): string {
  switch (creative.format) {
    case "native":
      return `${creative.title} ${creative.text} ${creative.callToAction}`;
    case "image":
      return creative.alt;
    case "html":
      return creative.html.replace(/<[^>]*>/g, " ");
  }
}
