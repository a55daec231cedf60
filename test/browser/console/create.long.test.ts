import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ConsoleAccount,
  consoleLooks,
  hasBrowser,
  startConsole,
  type TestConsole,
} from "../../support/console.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";
import { photo } from "../../support/pictures.ts";
import { until } from "../../support/until.ts";

let world: TestConsole;
let picture: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole({}, { pictures: "httpsOrLoopback" });
  picture = { name: "vitrine.jpg", mimeType: "image/jpeg", buffer: await photo() };
  await world.system.create("/v1/segments", { slug: "cadeaux", name: "Fait des cadeaux" });
  await world.system.create("/v1/segments", { slug: "jardin", name: "Aime son jardin" });
  // A page that comes earlier asks again by itself; here every failed answer counts as a fault.
  await until(isForecastReady, 250_000);
}, 300_000);
afterAll(() => world?.close());

/** Somebody who has just come: an organisation of her own, no shop yet. */
async function florist(
  name: string,
): Promise<ConsoleAccount & { readonly organizationId: number }> {
  const made = await world.system.create("/v1/organizations", { name, kind: "shop" });
  const organizationId = made.organizationId ?? 0;
  return { ...(await world.invite("admin", organizationId)), organizationId };
}

async function isForecastReady(): Promise<boolean> {
  const circle = { type: "circle", lat: 45.8336, lon: 1.2476, radiusMeters: 10_000 };
  const question = { zone: { include: [circle], exclude: [] }, bidMicros: 4_000_000 };
  return (await world.system.post("/v1/forecasts", question)).status === 200;
}

const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`);
const next = (page: Page) => page.getByRole("button", { name: "Continuer" });
const figures = (page: Page) => page.getByRole("region", { name: "Ce que vous touchez" });
const text = {
  title: "Bouquets de saison à 19 €",
  text: "Cueillis ce matin, livrés cet après-midi dans tout Limoges.",
  landingUrl: "https://fleuriste.example.fr/",
};

async function choosePlace(page: Page, written: string, option: RegExp): Promise<void> {
  await field(page, "place").fill(written);
  await page.getByRole("option", { name: option }).click();
}

/** What the database has of an organisation's campaigns. */
function campaignsOf(organizationId: number) {
  return world.system.server.stores.db
    .selectFrom("campaigns")
    .innerJoin("advertisers", "advertisers.id", "campaigns.advertiser_id")
    .where("advertisers.organization_id", "=", organizationId)
    .select(["campaigns.id", "campaigns.name", "campaigns.status", "advertisers.name as shop"])
    .execute();
}

async function reviewsOf(campaignId: number): Promise<readonly string[]> {
  const authorization = `Bearer ${world.system.adminKey}`;
  const address = `${world.url}/v1/creatives?campaignId=${campaignId}&limit=50`;
  const { items } = (await (await fetch(address, { headers: { authorization } })).json()) as {
    readonly items: readonly { readonly review: { readonly status: string } }[];
  };
  return items.map(({ review }) => review.status);
}

async function expectAwaitsReview(organizationId: number, shop: string): Promise<void> {
  const campaigns = await campaignsOf(organizationId);
  expect(campaigns).toMatchObject([{ name: text.title, status: "active", shop }]);
  const reviews = await reviewsOf(campaigns[0]?.id ?? 0);
  expect(reviews).toEqual(Array.from({ length: 11 }, () => "pending"));
}

/** Milliseconds of the measures of a name, in order of size. */
async function measured(page: Page, name: string): Promise<readonly number[]> {
  const script = `performance.getEntriesByName(${JSON.stringify(name)}).map((it) => it.duration)`;
  return ((await page.evaluate(script)) as number[]).sort((a, b) => a - b);
}

const share = (sorted: readonly number[], part: number): string =>
  (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(0);

async function dragRadius(page: Page): Promise<void> {
  const handle = await page.locator('[data-handle="handle"]').boundingBox();
  if (handle === null) throw new Error("there is no radius to hold");
  const at = { x: handle.x + handle.width / 2, y: handle.y + handle.height / 2 };
  await page.evaluate("performance.clearMeasures()");
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x - 60, at.y, { steps: 40 });
  await page.mouse.move(at.x + 20, at.y, { steps: 40 });
  // Under the hand they are about right, without bounds; at rest they are the server's again.
  await figures(page).getByText("≈").first().waitFor();
  await page.mouse.up();
  await figures(page).locator('[data-near="false"][data-behind="false"]').waitFor();
}

describe.skipIf(!hasBrowser)("a florist of Limoges", () => {
  test("makes her campaign with the mouse, and a reload in the middle loses nothing", async () => {
    const jeanne = await florist("Les fleurs de Jeanne");
    const { page, watch, close } = await world.open({ path: "/create", as: jeanne });
    await choosePlace(page, "limoges", /^Limoges \(87\)/);
    await figures(page).getByText("Affichages", { exact: true }).waitFor({ timeout: 120_000 });
    await page.locator('[data-ready="true"]').waitFor();
    expect(await axeProblems(page)).toEqual([]);

    await dragRadius(page);
    const measures = ["atelier.hexagons", "atelier.figures", "atelier.forecast"] as const;
    for (const name of measures) {
      const found = await measured(page, name);
      console.log(
        `radius drag: ${name} p50 ${share(found, 0.5)} ms, p95 ${share(found, 0.95)} ms of ${found.length}`,
      );
    }
    // Every move that the map drew moved the figures too.
    const [drawn, told] = [
      await measured(page, "atelier.hexagons"),
      await measured(page, "atelier.figures"),
    ];
    expect(told.length).toBeGreaterThan(0.8 * drawn.length);
    const radius = await field(page, "radius").inputValue();
    expect(radius).not.toBe("10 km");
    await next(page).click();

    await page.getByRole("button", { name: "50 €", exact: true }).click();
    await figures(page).locator('[data-behind="false"]').waitFor();
    await next(page).click();

    await field(page, "shopName").fill("Les fleurs de Jeanne");
    await field(page, "trade").fill("fleuriste");
    await page.locator('input[type="file"]').setInputFiles(picture);
    await page.getByText("Photo : vitrine.jpg").waitFor({ timeout: 120_000 });
    for (const name of ["title", "text", "landingUrl"] as const)
      await field(page, name).fill(text[name]);
    await page.getByText(`${[...text.title].length}/45`).waitFor();
    await page.getByRole("img", { name: "Bannière de 300 sur 250" }).waitFor({ timeout: 120_000 });
    expect(await page.getByRole("img", { name: /^Bannière de/ }).count()).toBe(10);
    expect(await axeProblems(page)).toEqual([]);

    await page.reload();
    await page.getByTestId("restored").waitFor();
    expect(await field(page, "title").inputValue()).toBe(text.title);
    await page.getByText("Photo : vitrine.jpg").waitFor({ timeout: 120_000 });
    await page.getByRole("link", { name: /Lieu/ }).click();
    expect(await field(page, "radius").inputValue()).toBe(radius);
    await page.getByRole("link", { name: /Public/ }).click();

    await page.getByRole("radio", { name: "Certaines personnes" }).click();
    await page.getByRole("checkbox", { name: "Fait des cadeaux" }).click();
    await next(page).click();
    await page.getByText("De préférence : Fait des cadeaux").waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await page.getByTestId("send").click();
    await page.getByRole("heading", { name: "C’est envoyé" }).waitFor({ timeout: 120_000 });
    await shoot(page, "create-sent-desktop-light");
    expect(await axeProblems(page)).toEqual([]);
    await expectAwaitsReview(jeanne.organizationId, "Les fleurs de Jeanne");
    expectQuiet(watch);

    await page.getByRole("link", { name: "Créer une autre campagne" }).click();
    await field(page, "place").waitFor();
    expect(await field(page, "place").inputValue()).toBe("");
    await close();
  }, 600_000);

  test("makes it by keyboard alone, on a phone", async () => {
    const rose = await florist("Chez Rose");
    const { page, watch, close } = await world.open({ path: "/create", as: rose, size: "phone" });
    await field(page, "place").waitFor();
    const isAt = (selector: string) =>
      page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`);
    const tabTo = async (selector: string) => {
      for (let tabs = 0; tabs < 80; tabs++) {
        if (await isAt(selector)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`the keyboard does not come to ${selector}`);
    };
    const enter = async (name: string, value: string) => {
      await tabTo(`[data-field="${name}"]`);
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type(value);
    };
    const goOn = async (heading: string) => {
      await tabTo('[data-action="next"]');
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: heading }).waitFor();
    };

    await enter("place", "12 rue des Arènes, 87000 Limoges");
    await page.locator("[data-combobox-selected]", { hasText: "Limoges" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Nous ne connaissons pas les rues").waitFor();
    await tabTo('[role="slider"]');
    for (let steps = 0; steps < 5; steps++) await page.keyboard.press("ArrowLeft");
    await tabTo('[role="application"]');
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("+");
    await page.getByText("Nous ne connaissons pas les rues").waitFor({ state: "detached" });
    await goOn("Combien, et quand ?");
    await enter("budget", "75");
    await goOn("Que voulez-vous dire ?");
    await enter("shopName", "Chez Rose");
    await enter("trade", "fleuriste");
    await tabTo('[data-field="photo"]');
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(picture);
    await page.getByText("Photo : vitrine.jpg").waitFor({ timeout: 120_000 });
    for (const name of ["title", "text", "landingUrl"] as const) await enter(name, text[name]);
    await goOn("À qui parler ?");
    await goOn("Tout est prêt ?");
    await tabTo('[data-testid="send"]');
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "C’est envoyé" }).waitFor({ timeout: 120_000 });
    expect(await axeProblems(page)).toEqual([]);
    await expectFits(page);
    await expectAwaitsReview(rose.organizationId, "Chez Rose");
    expectQuiet(watch);
    await close();
  }, 600_000);

  test("reads beside the field what is wrong, also what only the server knows", async () => {
    const account = await florist("Agence Immo");
    const { page, close } = await world.open({ path: "/create", as: account });
    await next(page).click();
    await page.getByText("Choisissez un lieu dans la liste.").waitFor();
    expect(await page.evaluate("document.activeElement.dataset.field")).toBe("place");
    await choosePlace(page, "87000", /^87000 Limoges/);
    await page.getByText("Ajouter ou exclure des lieux").click();
    await page.getByRole("combobox", { name: "Exclure un lieu" }).fill("panazol");
    await page.getByRole("option", { name: /^Panazol/ }).click();
    await page.getByRole("link", { name: /Annonce/ }).click();
    await field(page, "shopName").fill("Agence du Pont");
    await field(page, "trade").fill("agence immobilière");
    await page.locator('input[type="file"]').setInputFiles(picture);
    await page.getByText("Photo : vitrine.jpg").waitFor({ timeout: 120_000 });
    await field(page, "title").fill(text.title);
    await field(page, "text").fill(text.text);
    await field(page, "landingUrl").fill("fleuriste");
    await next(page).click();
    await page.getByText("Écrivez une adresse qui commence par https://.").waitFor();
    await field(page, "landingUrl").fill("https://10.0.0.1/");
    // The server has looked at it all, as it would when it is sent.
    await page
      .locator('[data-field="landingUrl"][aria-invalid="true"]')
      .waitFor({ timeout: 120_000 });
    await field(page, "landingUrl").fill(text.landingUrl);
    await page.getByRole("link", { name: /Résumé/ }).click();
    await page.getByTestId("send").click();
    const toMend = page.getByRole("alert").filter({ hasText: "À corriger avant l’envoi" });
    await toMend.waitFor({ timeout: 120_000 });
    expect(await axeProblems(page)).toEqual([]);
    await toMend.getByRole("button", { name: "Lieu" }).first().click();
    await page.locator('[data-error="excluded"]').waitFor();
    expect(await campaignsOf(account.organizationId)).toEqual([]);
    await close();
  }, 600_000);

  test("works without WebGL: a plain drawing, and everything beside it", async () => {
    const account = await florist("Sans carte");
    const { page, context, watch, close } = await world.open({ as: account });
    await context.addInitScript(
      "HTMLCanvasElement.prototype.getContext = function getContext() { return null; }",
    );
    await page.goto(`${world.url}/console/create`);
    await choosePlace(page, "limoges", /^Limoges \(87\)/);
    await page.getByText("Plan simplifié").waitFor();
    const paths = page.locator('[role="application"] svg g').first().locator("path");
    await paths.nth(100).waitFor({ state: "attached" });
    const before = await paths.count();
    await field(page, "radius").fill("5");
    await page.waitForFunction(
      `document.querySelector('[role="application"] svg g').childElementCount !== ${before}`,
    );
    expect(await axeProblems(page)).toEqual([]);
    expectQuiet(watch);
    await close();
  }, 300_000);
});

describe.skipIf(!hasBrowser)("each step", () => {
  test.each(consoleLooks)(
    "on a %s in a %s theme has no barriers and fits",
    async (size, scheme) => {
      const account = await florist(`Regard ${size} ${scheme}`);
      const { page, watch, close } = await world.open({
        path: "/create",
        as: account,
        size,
        scheme,
      });
      await choosePlace(page, "limoges", /^Limoges \(87\)/);
      await figures(page).getByText("Affichages", { exact: true }).waitFor({ timeout: 120_000 });
      await page.locator('[data-ready="true"]').waitFor();
      for (const step of ["Lieu", "Budget et dates", "Annonce", "Public", "Résumé"]) {
        await page.getByRole("link", { name: new RegExp(step) }).click();
        await page.getByRole("heading", { level: 2 }).first().waitFor();
        await page.evaluate("document.fonts.ready");
        await shoot(page, `create-${step.split(" ")[0]}-${size}-${scheme}`);
        expect(await axeProblems(page), step).toEqual([]);
        await expectFits(page);
      }
      expectQuiet(watch);
      await close();
    },
    120_000,
  );
});
