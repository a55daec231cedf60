import type { AnswerSettings, BidOffer, DsaTransparency } from "./bidTypes.ts";
import type { DsaAsk } from "./types.ts";

const longestName = 100;

export type DsaAnswer =
  /** `dsa` is null where the publisher did not ask. */
  { readonly ok: true; readonly dsa: DsaTransparency | null } | { readonly ok: false };

/**
 * `bid.ext.dsa` (IAB Tech Lab, DSA transparency): who advertises, who pays, what of the user was used and by whom. A banner
 * tells it by itself unless the publisher will; native ads are drawn by the publisher, hence cannot: where he cannot either
 * but must, there is no bid. Pure.
 */
export function dsaTransparency(
  ask: DsaAsk | null,
  medium: "banner" | "native",
  offer: Pick<BidOffer, "candidate" | "dsaParameters">,
  settings: Pick<AnswerSettings, "domain">,
): DsaAnswer {
  if (ask === null || (ask.required === 0 && ask.dataToPublisher === 0)) {
    return { ok: true, dsa: null };
  }
  const isOurs = medium === "banner" && ask.publisherRenders !== 2;
  if (!isOurs && ask.required >= 2 && ask.publisherRenders === 0) return { ok: false };
  const { advertiserName, payerName } = offer.candidate.campaign;
  const transparency = [{ domain: settings.domain, params: offer.dsaParameters }];
  return {
    ok: true,
    dsa: {
      behalf: cut(advertiserName),
      paid: cut(payerName),
      ...(ask.dataToPublisher === 0 ? {} : { transparency }),
      adrender: isOurs ? 1 : 0,
    },
  };
}

/** To characters, never half of one. */
function cut(name: string): string {
  return name.length <= longestName ? name : [...name].slice(0, longestName).join("");
}
