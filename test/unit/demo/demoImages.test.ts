import express from "express";
import sharp from "sharp";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { renderDemoImage } from "../../../src/demo/demoImages.ts";
import { makeHouseAds } from "../../../src/demo/houseAds.ts";
import { demoImageUrl, nativePictures } from "../../../src/demo/makeCreatives.ts";
import { allTrades } from "../../../src/demo/trades/allTrades.ts";
import { createDemoImagesRouter } from "../../../src/routes/demoImages.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { bidders, createTestBidding } from "../../support/openrtb/testBidding.ts";

const sizes = [
  [300, 250],
  [300, 600],
  [160, 600],
  [728, 90],
  [320, 50],
] as const;

describe("a picture", () => {
  test("is drawn for every trade in every size, with the shop's name", () => {
    for (const { slug } of allTrades) {
      for (const [width, height] of sizes) {
        const svg = renderDemoImage({ trade: slug, shopName: "Chez Alice", width, height });
        expect(svg).toContain(`width="${width}" height="${height}"`);
        expect(svg.replace(/<[^>]*>/g, " ")).toMatch(/Chez +Alice/);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
  });

  test("cannot be made to carry markup", () => {
    const svg = renderDemoImage({
      trade: "x",
      shopName: `"><script>alert(1)</script>&`,
      width: 300,
      height: 250,
    });
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;");
    expect(svg).toContain("&amp;");
  });

  test("stays within bounds whatever is asked", () => {
    const huge = renderDemoImage({
      trade: "garage",
      shopName: "é".repeat(5_000),
      width: 1e9,
      height: Number.NaN,
    });
    expect(huge).toContain('width="1200" height="300"');
    expect(huge.length).toBeLessThan(3_000);
    expect(renderDemoImage({ trade: "", shopName: "", width: -5, height: 0 })).toContain(
      'width="16"',
    );
  });
});

describe("GET /demo/images", () => {
  const app = express().use(createDemoImagesRouter());

  test("serves the picture that a demo creative names, as an image that runs nothing", async () => {
    const [shop] = makeHouseAds({ nowMs: 0, publicUrl: "http://localhost:8080" });
    const native = shop!.campaigns[0]!.creatives[0]!;
    if (native.format !== "native") throw new Error("the first creative is native");
    const { pathname, search } = new URL(native.imageUrl);
    const response = await request(app).get(pathname + search);
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("image/jpeg");
    expect(response.headers["content-security-policy"]).toContain("sandbox");
    expect(response.headers["cache-control"]).toContain("max-age=86400");
    const { format, width, height } = await sharp(response.body).metadata();
    expect([format, width, height]).toEqual(["jpeg", native.imageWidth, native.imageHeight]);
    const drawing = await request(app).get(pathname.replace(".jpg", ".svg") + search);
    expect(drawing.headers["content-type"]).toBe("image/svg+xml; charset=utf-8");
    expect(drawing.body.toString()).toMatch(/^<svg /);
  });

  test("is of a kind that an exchange takes which asks for JPEG only", async () => {
    const {
      imageUrl,
      imageWidth: width,
      imageHeight: height,
    } = nativePictures((size) =>
      demoImageUrl("https://ads.example", "garage", "Garage de Panazol", size),
    );
    const content = { title: "Révision", text: "En un jour.", callToAction: "Voir", imageUrl };
    const bidFacts = { attributes: [], picture: { width, height }, icon: null };
    const creative = { creativeId: 1, format: "native", bidFacts, content } as const;
    const bidding = createTestBidding([buildCampaign({ campaignId: 1, creatives: [creative] })]);
    const picture = { type: 3, wmin: 600, hmin: 300, mimes: ["image/jpeg"] };
    const assets = [
      { id: 1, required: 1, title: { len: 90 } },
      { id: 2, required: 1, img: picture },
    ];
    const native = { ver: "1.2", request: JSON.stringify({ ver: "1.2", assets }) };
    const regs = { gdpr: 0 };
    const result = await bidding.ask({ id: "1", cur: ["EUR"], regs, imp: [{ id: "1", native }] });
    expect(bidders(result)).toEqual({ "1": 1 });
  });

  test.each(["/demo/images/garage.png", "/demo/images/GARAGE.svg", "/demo/images/a%2Fb.svg"])(
    "%s is nothing",
    async (path) => {
      expect((await request(app).get(path)).status).toBe(404);
    },
  );
});
