import express from "express";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { renderDemoImage } from "../../../src/demo/demoImages.ts";
import { makeHouseAds } from "../../../src/demo/houseAds.ts";
import { allTrades } from "../../../src/demo/trades/allTrades.ts";
import { createDemoImagesRouter } from "../../../src/routes/demoImages.ts";

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
    expect(response.headers["content-type"]).toBe("image/svg+xml; charset=utf-8");
    expect(response.headers["content-security-policy"]).toContain("sandbox");
    expect(response.headers["cache-control"]).toContain("max-age=86400");
    expect(response.body.toString()).toMatch(/^<svg /);
  });

  test.each(["/demo/images/garage.png", "/demo/images/GARAGE.svg", "/demo/images/a%2Fb.svg"])(
    "%s is nothing",
    async (path) => {
      expect((await request(app).get(path)).status).toBe(404);
    },
  );
});
