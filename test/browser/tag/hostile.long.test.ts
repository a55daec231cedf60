import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, startTagSystem, type TagSystem } from "../../support/tag/tagSystem.ts";
import { until } from "../../support/until.ts";

const json = (body: string) => (route: Route) =>
  route.fulfill({
    contentType: "application/json",
    headers: { "access-control-allow-origin": "*" },
    body,
  });
const answer = (ads: unknown) => json(JSON.stringify({ placements: [{ id: "top", ads }] }));
const tracking = {
  impression: "https://ads.example/t/i/x",
  viewable: "https://ads.example/t/v/x",
  click: "https://ads.example/t/c/x",
};
const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const hostileAd = {
  format: "native",
  advertiser: markup,
  label: markup,
  content: {
    title: markup,
    text: markup,
    callToAction: markup,
    imageUrl: "https://images.example.fr/a.jpg",
  },
  mentions: [markup, { toString: 1 }],
  why: {
    payer: markup,
    reasons: [markup, null],
    choices: markup,
    aboutUrl: "javascript:window.hacked=1",
  },
  tracking,
};

/** What an ad server may answer when it is broken, or is another's; "no ad" is all that may come of it. */
const wrongs: readonly (readonly [string, (route: Route) => unknown])[] = [
  ["is gone", (route) => route.abort("connectionrefused")],
  ["never answers", () => undefined],
  ["answers 500", (route) => route.fulfill({ status: 500, body: "{}" })],
  [
    "answers a page",
    (route) =>
      route.fulfill({
        contentType: "text/html",
        headers: { "access-control-allow-origin": "*" },
        body: "<h1>Bienvenue</h1>",
      }),
  ],
  ["refuses the origin", (route) => route.fulfill({ contentType: "application/json", body: "{}" })],
  ["answers nothing", json("")],
  ["breaks off", json('{"placements":[{"id":"top","ads":[')],
  ["answers null", json("null")],
  ["answers with texts", json('{"placements":"top"}')],
  [
    "answers with what a prototype is made of",
    json('{"__proto__":{"a":1},"placements":[{"id":"__proto__","ads":[{"constructor":1}]}]}'),
  ],
  ["answers 30 MB", json(`{"placements":[],"x":"${"x".repeat(30_000_000)}"}`)],
  ["answers in ten thousand levels", json(`${"[".repeat(10_000)}${"]".repeat(10_000)}`)],
  [
    "gives ads that are none",
    answer([null, 7, "ad", [], {}, { format: "native" }, { ...hostileAd, tracking: {} }]),
  ],
  [
    "gives other formats",
    answer([
      { ...hostileAd, format: "video" },
      { ...hostileAd, format: "html", creativeId: 1, width: 9_000, height: 9_000 },
    ]),
  ],
  [
    "leads to code",
    answer([{ ...hostileAd, tracking: { ...tracking, click: "javascript:window.hacked=1" } }]),
  ],
];

describe.skipIf(chromiumPath === null)("a page whose ad server", () => {
  let tags: TagSystem;

  beforeAll(async () => {
    tags = await startTagSystem();
  });
  afterAll(() => tags?.close());

  const open = (prepare: (page: Page) => Promise<void>) =>
    tags.publisher.open(tags.chromium.context, {
      head: `<script>window.atelier = [{ timeout: 500 }]; window.before = Object.keys(Object.prototype).length;
        addEventListener("atelier:error", (event) => { window.failed = event.detail.reason }, true)</script>${tags.script}`,
      body: `<h1>Annonces</h1><div style="min-height:378px;width:300px" data-atelier="top"><a href="/">Votre annonce ici</a></div>`,
      prepare,
    });

  test.each(wrongs)(
    "%s shows what it had put in the ad's place, and nothing is thrown or moves",
    async (_name, wrong) => {
      const { page, faults, called } = await open(async (page) => {
        await page.route("**/v1/ads", async (route) => void (await wrong(route)));
      });
      const isEmpty =
        "!!document.querySelector('[data-atelier]').shadowRoot?.querySelector('slot')";
      await until(() => page.evaluate<boolean>(isEmpty));
      await page.getByText("Votre annonce ici").waitFor();
      expect(
        await page.evaluate(
          "[window.hacked, Object.keys(Object.prototype).length - window.before]",
        ),
      ).toEqual([undefined, 0]);
      expect(await page.evaluate("document.querySelector('[data-atelier]').offsetHeight")).toBe(
        378,
      );
      expect(called("/t/i/")).toBe(0);
      expect(faults).toEqual([]);
    },
  );

  test("gives texts with markup in them shows texts", async () => {
    const { page, faults } = await open(async (page) => {
      await page.route("**/v1/ads", answer([hostileAd]));
      await page.route("https://ads.example/**", (route) => route.fulfill({ status: 204 }));
    });
    await page.getByText(markup).first().waitFor();
    await page.getByRole("button", { name: "Pourquoi cette annonce" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.textContent()).toContain(markup);
    expect(await dialog.getByRole("link").count()).toBe(0);
    expect(await page.evaluate("[window.hacked, document.scripts.length]")).toEqual([undefined, 4]);
    expect(faults).toEqual([]);
  });

  test("has no tag is a page without ads", async () => {
    const { page, faults } = await open(async (page) => {
      await page.route("**/tag/**", (route) => route.abort("connectionrefused"));
    });
    await page.getByText("Votre annonce ici").waitFor();
    expect(faults).toEqual([]);
  });

  test("gives a banner whose picture is broken shows none, and tells of no impression", async () => {
    const banner = {
      ...hostileAd,
      format: "image",
      width: 300,
      height: 250,
      content: { alt: "", imageUrl: "https://images.example.fr/gone.jpg" },
    };
    const { page, called } = await tags.publisher.open(tags.chromium.context, {
      head: tags.script,
      body: '<div style="width:300px" data-atelier="top" data-atelier-sizes="300x250">Votre annonce ici</div>',
      prepare: async (page) => {
        await page.route("**/v1/ads", answer([banner]));
        await page.route("**/gone.jpg", (route) => route.abort());
      },
    });
    await page.getByText("Votre annonce ici").waitFor();
    expect(called("/t/i/")).toBe(0);
  });
});
