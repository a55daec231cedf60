import { describe, expect, test } from "vitest";
import { framePage } from "../../../src/campaigns/framePage.ts";
import { previewPage } from "../../../src/campaigns/previewPage.ts";
import { buildBidResponse } from "../../../src/openrtb/bidResponse.ts";
import type { Bid, BidOffer } from "../../../src/openrtb/bidTypes.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { buildSnapshot, findLanding } from "../../../src/targeting/snapshot.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import {
  answerSettings,
  buildOffer,
  type GoldenOffer,
} from "../../support/openrtb/goldenAnswer.ts";

const mention = "L'abus d'alcool est dangereux pour la santé, à consommer avec modération.";
const campaign = { mentions: [[mention]] };
const escaped = mention.replaceAll("'", "&#39;");

function bidOf(imp: object, fields: GoldenOffer): Bid | null {
  const parsed = parseBidRequest({ id: "r", cur: ["EUR"], at: 1, imp: [{ id: "1", ...imp }] });
  if (!parsed.ok) throw new Error(parsed.problem);
  const { request } = parsed;
  const offer: BidOffer = { ...buildOffer(fields, 0), priceMicros: 3_000_000 };
  const facts = { currency: "EUR", responseId: "r1", otherwise: "no_campaign" } as const;
  const built = buildBidResponse({ request, settings: answerSettings, offers: [offer], ...facts });
  if (built.answer.status === 204) return null;
  return built.answer.body.seatbid?.[0]?.bid[0] ?? null;
}

const native = (...assets: object[]) => ({
  native: { request: JSON.stringify({ ver: "1.2", assets }) },
});
const title = { id: 1, required: 1, title: { len: 90 } };
const data = (id: number, type: number, len: number) => ({ id, data: { type, len } });
const valuesOf = (bid: Bid | null): readonly (string | undefined)[] =>
  JSON.parse(bid?.adm ?? "{}").assets.map((it: { data?: { value: string } }) => it.data?.value);

describe("what the law has an ad say", () => {
  test("stands in a banner of a picture, of a card and of HTML, and in none without it", () => {
    const creatives: readonly GoldenOffer["creative"][] = [
      {
        format: "image",
        width: 300,
        height: 250,
        content: { imageUrl: "https://images.example/a.png", alt: "Vin" },
      },
      {},
      { format: "html", width: 300, height: 250, content: { html: "<p>Vin</p>" } },
    ];
    const banner = { banner: { w: 300, h: 250 } };
    for (const creative of creatives) {
      const bid = bidOf(banner, { creative, campaign });
      expect(bid?.adm).toContain(escaped);
      const plain = bidOf(banner, { creative });
      expect(plain?.adm).not.toContain("modération");
      // To an exchange that has audited the one, the other is another.
      expect(plain?.crid).not.toBe(bid?.crid);
    }
  });

  test("does not stand where nobody could read it: no bid", () => {
    const small = { banner: { w: 120, h: 60 } };
    const creative = {
      format: "image",
      width: 120,
      height: 60,
      content: { imageUrl: "https://images.example/a.png", alt: "Vin" },
    } as const;
    expect(bidOf(small, { creative })).not.toBe(null);
    expect(bidOf(small, { creative, campaign })).toBe(null);
  });

  test("goes with a native ad's description, or beside it, or there is no bid", () => {
    const one = bidOf(native(title, data(2, 2, 300)), { campaign });
    expect(valuesOf(one)[1]).toMatch(new RegExp(` ${mention}$`));
    const two = bidOf(native(title, data(2, 2, 140), data(3, 10, 140)), { campaign });
    expect(valuesOf(two)[1]).not.toContain(mention);
    expect(valuesOf(two)[2]).toBe(mention);
    expect(bidOf(native(title, data(2, 2, 60)), { campaign })).toBe(null);
    expect(bidOf(native(title), { campaign })).toBe(null);
    expect(bidOf(native(title), {})).not.toBe(null);
  });

  test("stands in frames and previews, as text", () => {
    const hostile = "<b>alcool</b>";
    expect(framePage("<p>x</p>", null, [hostile])).toContain("&lt;b&gt;alcool&lt;/b&gt;");
    expect(framePage("<p>x</p>", null)).toBe('<p>x</p><base target="_blank">');
    expect(framePage("<p>x</p>", "https://ads.example/t/c/a")).toContain(
      '<a href="https://ads.example/t/c/a" rel="noopener sponsored"',
    );
    const own = framePage(`<a href='${"$" + "{CLICK_URL}"}'>x</a>`, "https://ads.example/t/c/a");
    expect(own).toBe("<a href='https://ads.example/t/c/a'>x</a><base target=\"_blank\">");
    const creative = {
      campaignId: 1,
      active: true,
      weight: 1,
      landingUrl: "https://a.example.fr/",
      attributes: [],
      format: "html",
      html: "<p>x</p>",
      width: 300,
      height: 250,
    } as const;
    const who = { advertiserName: "Cave", payerName: "Cave", box: null };
    const { html } = previewPage({ creative, ...who, mentions: [mention] }, "");
    expect(html).toContain(escaped);
  });

  test("a page is reached through our redirect where macros are to be filled in", () => {
    const creative = { landingUrl: "https://a.example.fr/?c={campaign_id}" };
    const tracking = { clickTracker: "https://ads.example/t/k/token-1" };
    const ask = native(title);
    const link = (fields: GoldenOffer) => JSON.parse(bidOf(ask, fields)?.adm ?? "{}").link;
    expect(link({ creative, tracking }).url).toBe("https://ads.example/t/c/token-1");
    expect(link({ tracking }).url).not.toContain("ads.example");
  });

  test("is kept in snapshots with weights and plain clicks, and costs those nothing that have none", () => {
    const mentions = [["un", "deux"], [mention]];
    const [first] = buildCampaign({ campaignId: 1 }).creatives;
    if (first === undefined) throw new Error("no creative");
    const creatives = [
      { ...first, creativeId: 11, weight: 3 },
      { ...first, creativeId: 12 },
    ];
    const rich = buildCampaign({ campaignId: 1, mentions, creatives, utmTagging: false });
    const plain = buildCampaign({ campaignId: 2 });
    const snapshot = buildSnapshot([rich, plain], { revision: "1", builtAtMs: 0 });
    expect(findLanding(snapshot, 1, 12)).toMatchObject({ utmTagging: false });
    expect(findLanding(snapshot, 2, plain.creatives[0]?.creativeId ?? 0)).toMatchObject({
      utmTagging: true,
      campaignName: plain.name,
    });
    const bytesOf = (one: typeof plain) =>
      buildSnapshot([one], { revision: "1", builtAtMs: 0 }).base.records.packed.bytes.length;
    expect(bytesOf({ ...plain, mentions: [] })).toBe(bytesOf(plain));
  });
});
