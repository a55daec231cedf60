import {
  bannerImp,
  mainImage,
  nativeAsk,
  nativeImp,
  nativeRequest,
  requestOf,
  sponsoredBy,
  titleAsset,
} from "../requests.ts";
import type { CertificationCase, Look, SeenBid } from "../types.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Banner and native ads; that what comes back fits what was asked is looked at in every case. */
export const formatCases: readonly CertificationCase[] = [
  banner("fills one of several formats", {}, "bid"),
  banner(
    "fills a size given as w and h, as 2.3 to 2.5 do",
    { format: undefined, w: 300, h: 250 },
    "bid",
  ),
  banner("fills a flexible size", { format: [{ wratio: 6, hratio: 5, wmin: 200 }] }, "either"),
  banner(
    "fills a range of sizes of 2.5",
    { format: undefined, w: 300, h: 250, wmin: 250, wmax: 336, hmin: 200, hmax: 280 },
    "bid",
  ),
  banner("does not bid on a size that nobody has", { format: [{ w: 7, h: 7 }] }, "no bid"),
  banner("does not bid without a size", { format: undefined }, "no bid"),
  banner(
    "keeps to blocked attributes",
    { battr: Array.from({ length: 17 }, (_, i) => i + 1) },
    "either",
  ),
  banner("keeps to blocked types: no script", { btype: [3] }, "either"),
  banner("keeps to blocked types: no iframe", { btype: [4] }, "either"),
  banner(
    "does not bid where neither XHTML, script nor iframe is taken",
    { btype: [1, 2, 3, 4] },
    "no bid",
  ),
  imps("has only https in a secure slot", [bannerImp({ secure: 1 })], "either"),
  imps("takes interstitial and rewarded slots", [bannerImp({ instl: 1, rwdd: 1 })], "either"),
  imps(
    "answers several imps with at most one bid each",
    ["a", "b", "c"].map((id) => bannerImp({ id })),
    "bid",
  ),
  imps(
    "answers imps of different kinds",
    [bannerImp({ id: "a" }), nativeImp({}, { id: "b" })],
    "bid",
  ),
  imps(
    "says which medium it fills where two are offered",
    [{ ...nativeImp(), ...bannerImp() }],
    "bid",
  ),
  imps(
    "does not bid on video",
    [{ id: "1", video: { mimes: ["video/mp4"], w: 640, h: 360 } }],
    "no bid",
  ),
  imps("does not bid on audio", [{ id: "1", audio: { mimes: ["audio/mpeg"] } }], "no bid"),
  imps(
    "fills the banner of an imp that would take video too",
    [bannerImp({ video: { mimes: ["video/mp4"] } })],
    "bid",
  ),
  native("fills a native ad of 1.2", {}, "bid"),
  native("says ver 1.1 to 1.1", { ver: "1.1", eventtrackers: undefined }, "bid", usesImpTrackers),
  native(
    "keeps a title that is too long for the slot out of it",
    { assets: [{ id: 1, required: 1, title: { len: 4 } }] },
    "no bid",
  ),
  native(
    "keeps texts within their lengths",
    { assets: [titleAsset, mainImage, { id: 9, data: { type: 2, len: 40 } }] },
    "bid",
  ),
  native(
    "does not bid where a required asset is one that it lacks",
    { assets: [titleAsset, { id: 9, required: 1, video: { mimes: ["video/mp4"] } }] },
    "no bid",
  ),
  native(
    "leaves optional assets out that it lacks",
    { assets: [titleAsset, sponsoredBy, { id: 9, data: { type: 3 } }] },
    "bid",
  ),
  native(
    "keeps to image minimums",
    { assets: [titleAsset, { id: 2, required: 1, img: { type: 3, wmin: 300, hmin: 157 } }] },
    "either",
  ),
  native(
    "does not bid on an image larger than any",
    { assets: [titleAsset, { id: 2, required: 1, img: { type: 3, wmin: 9_000, hmin: 9_000 } }] },
    "no bid",
  ),
  native(
    "tells of events only as offered",
    { eventtrackers: [{ event: 1, methods: [1] }] },
    "bid",
    tracksOnly([1]),
  ),
  native(
    "sends no tracker where none of its methods is offered",
    { eventtrackers: [{ event: 1, methods: [2] }] },
    "either",
    tracksOnly([]),
  ),
  nativeWire("reads a native request that is an object", { request: nativeRequest() }),
  nativeWire("reads a native request that was encoded twice", {
    request: JSON.stringify(JSON.stringify(nativeRequest())),
  }),
  nativeWire("answers a request with the root of 1.0 with that root", {
    ver: "1.0",
    request: JSON.stringify({ native: nativeRequest({ ver: "1.0", eventtrackers: undefined }) }),
  }),
  {
    group: "native",
    name: "refuses a native request that is no JSON",
    body: () => requestOf({ imp: [nativeImp({ request: "{" })] }),
    expect: "refusal",
  },
];

function banner(
  name: string,
  fields: Fields,
  expect: CertificationCase["expect"],
): CertificationCase {
  return { group: "banner", name, expect, body: () => requestOf({ imp: [bannerImp({}, fields)] }) };
}

function imps(
  name: string,
  imp: readonly unknown[],
  expect: CertificationCase["expect"],
): CertificationCase {
  return { group: "imps", name, expect, body: () => requestOf({ imp }) };
}

function native(
  name: string,
  fields: Fields,
  expect: CertificationCase["expect"],
  look?: Look,
): CertificationCase {
  return { group: "native", name, expect, body: () => nativeAsk(fields), ...(look && { look }) };
}

function nativeWire(name: string, fields: Fields): CertificationCase {
  return {
    group: "native",
    name,
    expect: "bid",
    body: () => requestOf({ imp: [nativeImp(fields)] }),
  };
}

interface NativeAd {
  readonly eventtrackers?: readonly { readonly event: number }[];
  readonly imptrackers?: readonly string[];
}

function adOf(bid: SeenBid): NativeAd {
  return JSON.parse(bid.adm) as NativeAd;
}

function usesImpTrackers({ bids }: Parameters<Look>[0]): readonly string[] {
  return bids.every((bid) => (adOf(bid).imptrackers?.length ?? 0) > 0)
    ? []
    : ["imptrackers are missing"];
}

function tracksOnly(events: readonly number[]): Look {
  return ({ bids }) =>
    bids.flatMap((bid) => {
      const told = (adOf(bid).eventtrackers ?? []).map(({ event }) => event);
      return told.join() === events.join() ? [] : [`events ${told} are told, not ${events}`];
    });
}
