import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ConsoleAccount,
  hasBrowser,
  startConsole,
  type TestConsole,
} from "../../support/console.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";
import { photo } from "../../support/pictures.ts";
import { until } from "../../support/until.ts";

let world: TestConsole;
let picture: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };
let agency: ConsoleAccount;
let organizationId = 0;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole({}, { pictures: "httpsOrLoopback" });
  picture = { name: "vitrine.jpg", mimeType: "image/jpeg", buffer: await photo() };
  const { system } = world;
  const made = await system.create("/v1/organizations", { name: "Agence", kind: "agency" });
  organizationId = made.organizationId ?? 0;
  for (const name of ["Boulangerie Blé", "Garage du Pont", "Les fleurs de Rose"])
    await system.create("/v1/advertisers", { name, trade: "fleuriste", organizationId });
  agency = await world.invite("manager", organizationId);
  await until(async () => (await system.post("/v1/forecasts", question)).status === 200, 250_000);
}, 300_000);
afterAll(() => world?.close());

const circle = { type: "circle", lat: 45.8336, lon: 1.2476, radiusMeters: 10_000 };
const question = { zone: { include: [circle], exclude: [] }, bidMicros: 4_000_000 };

const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`);
const next = (page: Page) => page.getByRole("button", { name: "Continuer" });
const map = (page: Page) => page.getByRole("application");

async function chooseIn(page: Page, label: string, written: string, option: RegExp) {
  await page.getByRole("combobox", { name: label }).fill(written);
  await page.getByRole("option", { name: option }).click();
}

async function openMap(as: ConsoleAccount, size: "desktop" | "phone" = "desktop") {
  const opened = await world.open({ path: "/create", as, size });
  await field(opened.page, "place").fill("limoges");
  await opened.page.getByRole("option", { name: /^Limoges \(87\)/ }).click();
  await opened.page.locator('[data-drawn="true"]').waitFor({ timeout: 60_000 });
  return opened;
}

/** Clicks on the map, as parts of its width and height. */
async function drawOn(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  const box = await map(page).boundingBox();
  if (box === null) throw new Error("there is no map");
  for (const [x, y] of points)
    await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

/** The zone of the one campaign that an organisation has. */
async function zoneOfOnly(): Promise<{
  readonly shop: string;
  readonly zone: { readonly include: readonly object[]; readonly exclude: readonly object[] };
}> {
  const rows = await world.system.server.stores.db
    .selectFrom("campaigns")
    .innerJoin("advertisers", "advertisers.id", "campaigns.advertiser_id")
    .where("advertisers.organization_id", "=", organizationId)
    .select(["advertisers.name as shop", "campaigns.zone as zone"])
    .execute();
  expect(rows).toHaveLength(1);
  return rows[0] as never;
}

describe.skipIf(!hasBrowser)("a zone by hand", () => {
  test("is drawn, a commune is added and another left out; an agency chooses whose campaign it is", async () => {
    const { page, watch, close } = await openMap(agency);
    await page.getByText("Un dessin", { exact: true }).click();
    await drawOn(page, [
      [0.3, 0.3],
      [0.7, 0.3],
      [0.9, 0.9],
    ]);
    await page.getByText("3 coins posés").waitFor();
    await page.getByRole("button", { name: "Retirer le dernier coin" }).click();
    await page.getByText("2 coins posés").waitFor();
    await drawOn(page, [
      [0.7, 0.7],
      [0.3, 0.7],
    ]);
    await page.getByText("4 coins posés").waitFor();
    await page.getByText("Ajouter ou exclure des lieux").click();
    await chooseIn(page, "Ajouter un lieu", "saint-junien", /^Saint-Junien \(87\)/);
    await chooseIn(page, "Exclure un lieu", "panazol", /^Panazol/);
    await page
      .getByRole("group", { name: "Ajoutés" })
      .getByText(/Saint-Junien/)
      .waitFor();
    await page
      .getByRole("group", { name: "Exclus" })
      .getByText(/Panazol/)
      .waitFor();
    await page.locator('[data-behind="false"]').first().waitFor({ timeout: 60_000 });
    expect(await map(page).getAttribute("aria-label")).toMatch(
      /zone dessinée, plus Saint-Junien.*sans Panazol/,
    );
    await shoot(page, "create-drawn");
    expect(await axeProblems(page)).toEqual([]);
    await next(page).click();
    await next(page).click();

    await field(page, "shop").click();
    await field(page, "shop").fill("rose");
    await page.getByRole("option", { name: "Les fleurs de Rose" }).click();
    await page.locator('input[type="file"]').setInputFiles(picture);
    await page.getByText("Photo : vitrine.jpg").waitFor({ timeout: 120_000 });
    await field(page, "title").fill("Roses du jardin");
    await field(page, "text").fill("Coupées le matin, livrées l'après-midi.");
    await field(page, "landingUrl").fill("https://fleuriste.example.fr/");
    await page.getByRole("link", { name: /Résumé/ }).click();
    await page.getByText("Les fleurs de Rose").first().waitFor();
    await page.getByTestId("send").click();
    await page.getByRole("heading", { name: "C’est envoyé" }).waitFor({ timeout: 120_000 });
    const { shop, zone } = await zoneOfOnly();
    expect(shop).toBe("Les fleurs de Rose");
    expect(zone.include).toMatchObject([
      { type: "polygon" },
      { type: "commune", inseeCode: "87154" },
    ]);
    expect(zone.exclude).toMatchObject([{ type: "commune", inseeCode: "87114" }]);
    expectQuiet(watch);
    await close();
  }, 300_000);

  test("is drawn by keyboard alone, on a phone, and wiped", async () => {
    const { page, watch, close } = await openMap(agency, "phone");
    await page.getByText("Un dessin", { exact: true }).click();
    await map(page).focus();
    for (const key of ["Enter", "Shift+ArrowRight", "Enter", "Shift+ArrowDown", "Enter"])
      await page.keyboard.press(key);
    await page.getByText("3 coins posés").waitFor();
    await page.locator('[data-behind="false"]').first().waitFor({ timeout: 60_000 });
    expect(await axeProblems(page)).toEqual([]);
    await expectFits(page);
    await shoot(page, "create-drawn-phone", true);
    await page.getByRole("button", { name: "Effacer le dessin" }).press("Enter");
    await page.getByText("0 coins posés").waitFor();
    await next(page).press("Enter");
    await page.locator('[data-error="zone"]').waitFor();
    expectQuiet(watch);
    await close();
  }, 300_000);
});
