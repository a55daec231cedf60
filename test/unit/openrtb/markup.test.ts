import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildBidResponse } from "../../../src/openrtb/bidResponse.ts";
import type { Bid, BidOffer } from "../../../src/openrtb/bidTypes.ts";
import { creativeVersion } from "../../../src/openrtb/creativeVersion.ts";
import { auctionMacro } from "../../../src/openrtb/noticeMacros.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import type { BidRequest } from "../../../src/openrtb/types.ts";
import { buildCreative } from "../../support/campaignBuilder.ts";
import { rates } from "../../support/openrtb/bidSamples.ts";
import {
  answerSettings,
  buildOffer,
  type GoldenOffer,
} from "../../support/openrtb/goldenAnswer.ts";
import { readTags, shapeOf } from "../../support/openrtb/markupParts.ts";
import { validateBidResponse } from "../../support/openrtb/validateBidResponse.ts";

/** What breaks markup where it is not escaped, besides any text at all. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
  fc.constantFrom(
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</a></div></iframe>",
    "&quot;><b>",
    "&#34;&#62;",
    "<!-- ",
    "]]>",
    auctionMacro("PRICE"),
    "%%CLICK_URL_ESC%%",
    "http://plain.example/",
    "HTTP://plain.example/",
    "\u2028\u2029\u0000",
  ),
);
const texts = fc.array(hostile, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));

const banner = requestOf({
  imp: [{ id: "1", secure: 1, banner: { w: 300, h: 250 } }],
  regs: { ext: { dsa: { dsarequired: 3, pubrender: 0, datatopub: 2 } } },
});

function requestOf(fields: object): BidRequest {
  const parsed = parseBidRequest({ id: "r", cur: ["EUR"], at: 1, ...fields });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.request;
}

function bidOf(request: BidRequest, fields: GoldenOffer): Bid | null {
  const offer: BidOffer = { ...buildOffer(fields, 0), priceMicros: 3_000_000 };
  const facts = { currency: "EUR", responseId: "r1", otherwise: "no_campaign" } as const;
  const built = buildBidResponse({ request, settings: answerSettings, offers: [offer], ...facts });
  if (built.answer.status === 204) return null;
  expect(validateBidResponse(request, built.answer.body, { rates })).toEqual([]);
  return built.answer.body.seatbid?.[0]?.bid[0] ?? null;
}

const picture = (alt: string): GoldenOffer["creative"] => ({
  format: "image",
  content: { imageUrl: "https://images.example/a.png", alt },
});
const card = (text: string): GoldenOffer["creative"] => ({
  content: { title: text, text, callToAction: text, imageUrl: "https://images.example/a.png" },
});
const code = (html: string): GoldenOffer["creative"] => ({ format: "html", content: { html } });

describe("no text of a shop's can become markup", () => {
  test.each([
    ["a picture", picture],
    ["a card", card],
    ["HTML", code],
  ])("of %s", (_, creative) => {
    const calm = bidOf(banner, { creative: creative("calm") });
    const shape = shapeOf(calm?.adm ?? "");
    expect(shape).toHaveLength(creative === picture ? 6 : creative === card ? 10 : 6);
    fc.assert(
      fc.property(texts, texts, (text, name) => {
        const bid = bidOf(banner, {
          creative: creative(text),
          campaign: { advertiserName: name, payerName: name },
        });
        if (bid === null) {
          // Only code that would load something by plain http has no place on a page of https.
          expect(creative === code && /http:\/\//i.test(text)).toBe(true);
          return;
        }
        expect(shapeOf(bid.adm)).toEqual(shape);
        expect(bid.adm).not.toMatch(/\$\{(?!CLICK_URL)|%%/);
      }),
    );
  });

  test("and every text comes out of the attributes as it went in", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const tags = readTags(bidOf(banner, { creative: picture(text) })?.adm ?? "") ?? [];
        expect(tags[2]?.attributes.get("alt")).toBe(text);
        const framed = bidOf(banner, { creative: code(text) });
        if (framed === null) return;
        expect(readTags(framed.adm)?.[1]?.attributes.get("srcdoc")).toBe(text);
      }),
    );
  });
});

const required = fc.integer({ min: 0, max: 1 });
const length = fc.option(fc.integer({ min: 5, max: 150 }), { nil: undefined });
const pixels = fc.option(fc.integer({ min: 1, max: 1_500 }), { nil: undefined });
const mimes = fc.constantFrom(undefined, ["image/png"], ["image/jpg"], ["image/gif"]);
const title = fc.record({ required, title: fc.record({ len: fc.integer({ min: 5, max: 150 }) }) });
const img = fc.record({
  type: fc.constantFrom(1, 2, 3, undefined),
  w: pixels,
  h: pixels,
  wmin: pixels,
  hmin: pixels,
  mimes,
});
const data = fc.record({ type: fc.integer({ min: 1, max: 14 }), len: length });
const video = fc.constant({
  mimes: ["video/mp4"],
  minduration: 5,
  maxduration: 30,
  protocols: [2],
});
const asset = fc.oneof(
  title,
  fc.record({ required, img }),
  fc.record({ required, data }),
  fc.record({ required: fc.constant(0), video }),
);
const trackers = fc.option(
  fc.array(
    fc.record({
      event: fc.integer({ min: 1, max: 4 }),
      methods: fc.subarray([1, 2], { minLength: 1 }),
    }),
    { maxLength: 4 },
  ),
  { nil: undefined },
);

test("a native answer keeps to everything that was asked, or there is none", () => {
  let bids = 0;
  fc.assert(
    fc.property(
      fc.array(asset, { minLength: 1, maxLength: 6 }),
      fc.constantFrom("1.0", "1.1", "1.2"),
      fc.boolean(),
      trackers,
      fc.option(
        fc.record({
          width: fc.integer({ min: 1, max: 1_500 }),
          height: fc.integer({ min: 1, max: 1_500 }),
        }),
      ),
      fc.constantFrom("cpm" as const, "vcpm" as const),
      texts,
      (assets, ver, rooted, eventtrackers, size, pricing, text) => {
        const numbered = assets.map((it, at) => ({ id: at + 1, ...it }));
        const native = { ver, assets: numbered, eventtrackers, privacy: 1 };
        const ask = JSON.stringify(rooted ? { native } : native);
        const request = requestOf({ imp: [{ id: "1", secure: 1, native: { request: ask, ver } }] });
        // `bidOf` holds every answer against its request.
        const bid = bidOf(request, { picture: size, campaign: { pricing }, creative: card(text) });
        if (bid === null) return;
        bids++;
        const told = bid.adm.includes("https://ads.example/t/v/");
        expect(pricing === "cpm" || told).toBe(true);
      },
    ),
    { numRuns: 900 },
  );
  expect(bids).toBeGreaterThan(40);
});

describe("a creative's id", () => {
  const creative = buildCreative({ creativeId: 7, format: "image" });

  test("is the same for the same creative, whichever object it is", () => {
    expect(creativeVersion({ ...creative })).toBe(creativeVersion(creative));
    expect(creativeVersion(creative)).toMatch(/^7-[0-9a-z]{2,14}$/);
  });

  test.each([
    [{ bidFacts: { picture: null, icon: null, attributes: [3] } }],
    [
      {
        bidFacts: {
          picture: null,
          icon: { url: "https://a.example/i.png", side: 8 },
          attributes: [],
        },
      },
    ],
    [{ landingUrl: "https://artisan.example/autre" }],
    [{ width: 320, height: 100 }],
    [{ content: { imageUrl: "https://images.example/banner.jpg", alt: "Autre" } }],
  ])("is another once %j", (change) => {
    expect(creativeVersion({ ...creative, ...change })).not.toBe(creativeVersion(creative));
  });

  test("has at most 64 characters, whatever the creative", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.string(), (creativeId, html) => {
        const any = buildCreative({ creativeId, format: "html", content: { html } });
        expect(creativeVersion(any).length).toBeLessThanOrEqual(64);
      }),
    );
  });
});
