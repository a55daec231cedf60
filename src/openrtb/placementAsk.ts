import type { AdFormat } from "../targeting/types.ts";
import { bannerSizesOf } from "./bannerSizes.ts";
import { bannerConstraints } from "./mediaConstraints.ts";
import type { BannerAsk, Imp, Size } from "./types.ts";

/** What a placement needs of an imp: which formats may be offered, and the sizes that fit its banner. */
export interface PlacementAsk {
  readonly id: string;
  /** Empty when nothing that we have can be offered: `reason` says why. */
  readonly formats: readonly AdFormat[];
  /** Empty where only native is possible. */
  readonly sizes: readonly Size[];
  /** Null while something can be offered. */
  readonly reason: NothingToOffer | null;
}

/** Only video or audio is wanted; a banner of no size that we know; a banner that takes neither images nor HTML. */
export type NothingToOffer = "video_or_audio" | "size" | "markup";

/** One imp in the words of a placement. `known` are the sizes that creatives may have, for shapes that are flexible. */
export function placementAskOf(imp: Imp, known: readonly Size[]): PlacementAsk {
  const { banner } = imp;
  const sizes = banner === null ? [] : bannerSizesOf(banner, known);
  const taken = banner === null || sizes.length === 0 ? noFormats : bannerFormats(banner);
  const formats: readonly AdFormat[] =
    imp.native === null || taken.includes("native") ? taken : ["native", ...taken];
  const reason = formats.length > 0 ? null : reasonOf(imp, sizes);
  return { id: imp.id, formats, sizes: formats.length > 0 ? sizes : [], reason };
}

function reasonOf({ banner }: Imp, sizes: readonly Size[]): NothingToOffer {
  if (banner === null) return "video_or_audio";
  return sizes.length === 0 ? "size" : "markup";
}

const noFormats: readonly AdFormat[] = [];

/**
 * A creative's HTML may hold scripts and is shown in a frame of its own; an image is plain XHTML, and so is a native ad laid
 * out as a card where there is room for one. Which creative fits is asked later: see `BidConstraints`.
 */
function bannerFormats(banner: BannerAsk): readonly AdFormat[] {
  const { takesCards, takesHtml, takesMarkup } = bannerConstraints(banner);
  const formats: AdFormat[] = [];
  if (takesCards && takesMarkup) formats.push("native");
  if (takesMarkup) formats.push("image");
  if (takesHtml) formats.push("html");
  return formats;
}
