import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { htmlBody, imageBody, nativeBody } from "../../support/campaignBodies.ts";
import { axeProblems } from "../../support/consoleWatch.ts";
import { chromiumPath, startTagSystem, type TagSystem } from "../../support/tag/tagSystem.ts";
import { until } from "../../support/until.ts";

const phone = { width: 390, height: 844 };
const desktop = { width: 1000, height: 800 };

/** Whatever moves from the first paint on is summed up, as the browser counts it. */
const measureShift = async (page: Page): Promise<void> => {
  await page.addInitScript(`
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });`);
};
/** Two frames after which the browser has told of what moved before. */
const shiftOf = (page: Page): Promise<number> =>
  page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
    setTimeout(() => resolve(window.shift)))))`);

const formats = [
  { code: "leader", sizes: "728x90", width: "100%", room: 114 },
  { code: "box", sizes: "300x250", width: "300px", room: 274 },
  { code: "native", sizes: "", width: "300px", room: 378 },
  { code: "code", sizes: "300x600", width: "300px", room: 624 },
];
const placeOf = ({ code, sizes, width, room }: (typeof formats)[number], more = ""): string =>
  `<div style="width:${width};min-height:${room}px" data-atelier="${code}" ${sizes && `data-atelier-sizes="${sizes}"`} ${more}></div><p>Une annonce</p>`;

describe.skipIf(chromiumPath === null)("what a page looks like with the tag", () => {
  let tags: TagSystem;

  beforeAll(async () => {
    tags = await startTagSystem();
    await tags.openShop({
      name: "Vins du Quai",
      campaign: { contentCategories: ["alcohol"] },
      creatives: [nativeBody()],
    });
    await tags.openShop({ name: "Garage de Panazol", creatives: [imageBody()] });
    const leader = imageBody({ width: 728, height: 90 });
    await tags.openShop({ name: "Boulangerie de la Gare", creatives: [leader] });
    const html = "<style>body{margin:0;background:#fde}</style><p>Roses à 1 €</p>";
    await tags.openShop({
      name: "Fleurs du Pont",
      creatives: [htmlBody({ width: 300, height: 600, html })],
    });
  });
  afterAll(() => tags?.close());

  test.each([
    ["a desktop", desktop, 4],
    ["a phone", phone, 3],
  ] as const)(
    "on %s nothing moves when ads of all formats come, and axe finds nothing",
    async (_name, viewport, count) => {
      const body = `<h1>Annonces</h1>${formats.map((format) => placeOf(format)).join("")}`;
      const opened = await tags.publisher.open(tags.chromium.context, {
        head: tags.script,
        body,
        viewport,
        prepare: measureShift,
      });
      const { page, faults, called } = opened;
      const ads = page.getByRole("group");
      await until(async () => (await ads.count()) === count);
      await until(() => called("/t/i/") === count);
      expect(await shiftOf(page)).toBe(0);
      const heights = await page.evaluate(
        `Array.from(document.querySelectorAll("[data-atelier]"), (place) => place.offsetHeight)`,
      );
      expect(heights).toEqual(formats.map(({ room }) => room));
      expect(await axeProblems(page)).toEqual([]);
      await page.getByRole("button", { name: "Pourquoi cette annonce" }).first().click();
      expect(await axeProblems(page)).toEqual([]);
      expect(faults).toEqual([]);
    },
  );

  test("nothing moves when there is no ad: what the page has put there is shown, or, below, its room is given back", async () => {
    const { page, faults } = await tags.publisher.open(tags.chromium.context, {
      head: tags.script,
      body: `<h1>Annonces</h1>
        <div style="width:200px;min-height:224px" data-atelier="none" data-atelier-sizes="200x200"><a href="/annoncer">Votre annonce ici</a></div>
        <p style="height:1500px">Une annonce</p>
        <div id="below" style="width:200px;min-height:224px" data-atelier="below" data-atelier-sizes="200x200"></div>
        <div id="kept" style="width:200px" data-atelier="kept" data-atelier-sizes="200x200" data-atelier-empty="keep"></div>`,
      viewport: phone,
      prepare: measureShift,
    });
    const heightOf = (id: string) => page.evaluate(`document.getElementById("${id}").offsetHeight`);
    await until(async () => (await heightOf("below")) === 0);
    await page.getByText("Votre annonce ici").waitFor();
    expect(await heightOf("kept")).toBe(224);
    expect(await shiftOf(page)).toBe(0);
    expect(faults).toEqual([]);
  });

  test("sizes that do not fit are not asked for, and where none does nothing is", async () => {
    const { page, bodies } = await tags.publisher.open(tags.chromium.context, {
      head: tags.script,
      body: `<div style="width:320px" data-atelier="top" data-atelier-sizes="728x90,300x250"></div>
        <div style="width:320px" data-atelier="wide" data-atelier-sizes="728x90"></div>`,
    });
    await page.getByRole("group").waitFor();
    expect(bodies.flatMap(({ placements }) => placements)).toEqual([
      { id: "top", formats: ["image", "html"], sizes: [[300, 250]], count: 1 },
    ]);
  });

  test("the law's words are shown with the ad, whole", async () => {
    const { page } = await tags.publisher.open(tags.chromium.context, {
      head: tags.script,
      body: '<div style="width:300px" data-atelier="native"></div>',
    });
    const words = page.getByText(/L'abus d'alcool est dangereux/);
    await words.waitFor();
    const [own, card] = await Promise.all([
      words.boundingBox(),
      page.getByRole("group").boundingBox(),
    ]);
    const bottomOf = (box: typeof own) => (box?.y ?? 0) + (box?.height ?? 0);
    expect(bottomOf(own)).toBeLessThan(bottomOf(card));
  });

  test("why an ad is there is told by keyboard: for whom, who pays, the reasons, and where to change them", async () => {
    const { page, faults } = await tags.publisher.open(tags.chromium.context, {
      head: `<script>window.atelier = [{ choices: () => { document.title = "choix" } }]</script>${tags.script}`,
      body: '<div style="width:300px" data-atelier="native"></div>',
    });
    await page.getByRole("group").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Pourquoi cette annonce" });
    await dialog.waitFor();
    const told = (await dialog.textContent()) ?? "";
    expect(told).toContain("Annonceur\u00a0: Vins du Quai");
    expect(told).toContain("Payé par\u00a0: Vins du Quai");
    expect(told).toContain("vous cherchez autour de Limoges (87000)");
    const more = await dialog.getByRole("link", { name: "En savoir plus" }).getAttribute("href");
    expect((await page.request.get(more ?? "")).status()).toBe(200);
    await dialog.getByRole("button", { name: "Modifier mes choix" }).click();
    await until(async () => (await page.title()) === "choix");
    expect(await dialog.count()).toBe(0);
    await page.getByRole("button", { name: "Pourquoi cette annonce" }).click();
    await page.keyboard.press("Escape");
    await until(async () => (await dialog.count()) === 0);
    expect(faults).toEqual([]);
  });

  test("a shop's code reads nothing of the page, and leads to the shop wherever it is clicked", async () => {
    const html =
      "<p id=p>?</p><script>let told='';for(const f of[()=>parent.document.title,()=>document.cookie,()=>localStorage.x,()=>top.secret])try{told+='read:'+f()}catch(e){told+='no '}document.getElementById('p').textContent=told</script>";
    const campaignId = await tags.openShop({
      name: "Curieux",
      campaign: { bidMicros: 50_000_000 },
      creatives: [htmlBody({ width: 336, height: 280, html })],
    });
    const { page } = await tags.publisher.open(tags.chromium.context, {
      head: `<script>window.secret = "page"; document.cookie = "a=b"</script>${tags.script}`,
      body: '<div style="width:336px" data-atelier="code" data-atelier-sizes="336x280"></div>',
    });
    const frame = page.frameLocator("iframe");
    await frame.getByText("no no no no").waitFor();
    const popup = page.waitForEvent("popup");
    await frame.getByRole("link").click();
    await popup;
    await until(async () => (await tags.eventsOf(campaignId)).includes("click"));
  });

  test("a banner's click leads to the shop through the counting address, and past the macro of another ad server", async () => {
    const { page } = await tags.publisher.open(tags.chromium.context, {
      head: `<script>window.atelier = [{ clickPrefix: "https://toitures.example.fr/adserver?to=" }]</script>${tags.script}`,
      body: '<div style="width:300px" data-atelier="box" data-atelier-sizes="300x250"></div>',
    });
    const popup = page.waitForEvent("popup");
    await page.frameLocator("iframe").getByRole("link", { name: "Un toit refait à neuf" }).click();
    const { searchParams } = new URL((await popup).url());
    expect(searchParams.get("to")).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/t\/c\/\S+$/);
  });
});
