import { mentionTexts } from "../targeting/mentions.ts";
import type { BannerSize } from "./bannerFit.ts";
import type { BidCandidate } from "./bidTypes.ts";

/**
 * What the law has an ad say, as one text; "" = nothing. Texts that take turns do so from creative to creative here: to an
 * exchange a creative with another text is another creative. Pure.
 */
export function mentionOf({
  campaign: { mentions },
  creative,
}: Pick<BidCandidate, "campaign" | "creative">): string {
  return mentions === undefined ? "" : mentionTexts(mentions, creative.creativeId).join(" ");
}

/** Pixels of an average letter and of a line of the smallest type that is still read. */
const letterWidth = 5;
const lineHeight = 11;

/** Whether a mention can be read in at most half of a banner. Pure. */
export function mentionFits(mention: string, { width, height }: BannerSize): boolean {
  if (mention === "") return true;
  const lettersALine = Math.floor((width - 8) / letterWidth);
  const lines = Math.floor(height / 2 / lineHeight);
  return mention.length <= lettersALine * lines;
}
