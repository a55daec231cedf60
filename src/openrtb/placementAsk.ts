import type { AdFormat } from "../targeting/types.ts";
import { bannerSizesOf } from "./bannerSizes.ts";
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

const xhtmlBanner = 2;
const javaScript = 3;
const iframe = 4;

/** One imp in the words of a placement. `known` are the sizes that creatives may have, for shapes that are flexible. */
export function placementAskOf(imp: Imp, known: readonly Size[]): PlacementAsk {
  const sizes = imp.banner === null ? [] : bannerSizesOf(imp.banner, known);
  const formats: AdFormat[] = [];
  if (imp.native !== null) formats.push("native");
  if (imp.banner !== null && sizes.length > 0) formats.push(...bannerFormats(imp.banner));
  const reason = formats.length > 0 ? null : reasonOf(imp, sizes);
  return { id: imp.id, formats, sizes: formats.length > 0 ? sizes : [], reason };
}

function reasonOf({ banner }: Imp, sizes: readonly Size[]): NothingToOffer {
  if (banner === null) return "video_or_audio";
  return sizes.length === 0 ? "size" : "markup";
}

/** A creative's HTML may hold scripts and is shown in a frame of its own; an image is plain XHTML. */
function bannerFormats({ blockedTypes, mimes }: BannerAsk): readonly AdFormat[] {
  const formats: AdFormat[] = [];
  const takes = (type: RegExp) => mimes.length === 0 || mimes.some((it) => type.test(it));
  if (!blockedTypes.includes(xhtmlBanner) && takes(/^image\/|^\*\/\*$/)) formats.push("image");
  if (
    !blockedTypes.includes(javaScript) &&
    !blockedTypes.includes(iframe) &&
    takes(/html|javascript|^\*\/\*$/)
  )
    formats.push("html");
  return formats;
}
