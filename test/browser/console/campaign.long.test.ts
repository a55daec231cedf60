import type { Page } from "playwright-core";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import {
  consoleLooks,
  hasBrowser,
  type OpenConsole,
  type OpenOptions,
  startConsole,
  type TestConsole,
} from "../../support/console.ts";
import {
  type DeliveredShops,
  deliverShops,
  movedEnvironment,
  movedServer,
  noonMs,
} from "../../support/consoleCampaign.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";

let world: TestConsole;
let shops: DeliveredShops;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole(movedEnvironment, movedServer);
  shops = await deliverShops(world.system);
}, 480_000);
afterAll(() => world?.close());

/** A page of a campaign, at noon of the server's day. */
async function openCampaign(
  campaignId: number,
  page = "",
  options: OpenOptions = {},
): Promise<OpenConsole> {
  const opened = await world.open({ ...options, path: "/campaigns" });
  await opened.context.clock.setFixedTime(noonMs);
  await go(opened.page, campaignId, page);
  return opened;
}

async function go(page: Page, campaignId: number, path = ""): Promise<void> {
  await page.goto(`${world.url}/console/campaigns/${campaignId}${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

const get = async (path: string) =>
  (await request(world.url).get(path).set("authorization", `Bearer ${world.system.adminKey}`)).body;

const campaignOf = (campaignId: number) => get(`/v1/campaigns/${campaignId}`);

/** As the page writes it, without regard to which space stands in a number. */
const plain = (text: string | null) => (text ?? "").replace(/[\u00a0\u202f]/g, " ");
const euros = (micros: number) =>
  plain(
    new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" }).format(micros / 1e6),
  );

/** Presses Tab until the element has the focus: what cannot be reached so fails. */
async function tabTo(page: Page, name: string | RegExp, role: "button" | "link" = "button") {
  const wanted = page.getByRole(role, { name }).first();
  await wanted.waitFor();
  for (let presses = 0; presses < 120; presses++) {
    if ((await wanted.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

describe.skipIf(!hasBrowser)("one campaign", { timeout: 180_000 }, () => {
  test.each(consoleLooks)(
    "on a %s in a %s theme: every page without barriers, and it fits",
    async (size, scheme) => {
      const { page, watch, close } = await openCampaign(shops.limoges, "", { size, scheme });
      const parts = [
        ["", "Où elle a été vue"],
        ["/why", "Des occasions aux affichages"],
        ["/here", "Serais-je vu ici ?"],
        ["/edit", "Réglages"],
        ["/history", "Dernières écritures"],
      ] as const;
      for (const [path, heading] of parts) {
        await go(page, shops.limoges, path);
        await page.getByRole("heading", { level: 2, name: heading }).waitFor();
        await page.waitForLoadState("networkidle");
        await page.locator('[data-ready="false"]').waitFor({ state: "detached" });
        await shoot(page, `campaign${path.replace("/", "-")}-${size}-${scheme}`, true);
        expect(await axeProblems(page)).toEqual([]);
        await expectFits(page);
      }
      expectQuiet(watch);
      await close();
    },
  );

  test("its figures are those of the reports, in the chart's table too", async () => {
    const { page, watch, close } = await openCampaign(shops.limoges, "?period=week");
    const day = new Date(noonMs).toISOString().slice(0, 10);
    const from = new Date(noonMs - 6 * 86_400_000).toISOString().slice(0, 10);
    const report = (more: string) =>
      get(`/v1/reports?from=${from}&to=${day}&campaign=${shops.limoges}${more}`);
    const { totals } = await report("");
    expect(totals.impressions).toBeGreaterThan(100);
    const figures = page.getByRole("region", { name: "Chiffres" });
    await figures.getByText(euros(totals.spendMicros)).waitFor();
    const told = plain(await figures.textContent());
    expect(told).toContain(`Affichages${totals.impressions}`);
    expect(told).toContain(`${totals.clicks} clics`);
    expect(told).toContain(`Personnes touchées${totals.reach}`);
    await page.getByRole("radio", { name: "Tableau" }).press("Space");
    const { rows } = await report("&dimensions=day");
    const table = plain(
      await page.getByRole("region", { name: "Diffusion et plan" }).textContent(),
    );
    for (const row of rows) expect(table).toContain(euros(row.spendMicros));
    const cells = await report("&dimensions=cell&measures=impressions");
    expect(cells.rows.some(({ cell }: { cell: string | null }) => cell !== null)).toBe(true);
    await page.getByRole("application").waitFor();
    await page.getByText("L’écart entre les annonces n’est pas encore certain").waitFor();
    expectQuiet(watch);
    await close();
  });

  test("says why it lags, raises the radius in one click, takes it back, and remembers both", async () => {
    const { page, watch, close } = await openCampaign(shops.village, "/why");
    await page.getByText("Votre zone est petite").first().waitFor();
    const { funnels } = await get(`/v1/campaigns/${shops.village}/diagnosis`);
    const opportunities = funnels.today.funnel.opportunities.value;
    const funnel = page.getByRole("listitem").filter({ hasText: "Occasions dans la zone" });
    expect(plain(await funnel.textContent())).toContain(String(opportunities));
    const radius = async () => (await campaignOf(shops.village)).zone.include[0].radiusMeters;
    await tabTo(page, "Voir et appliquer");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("cercle de 1 km").waitFor();
    await dialog.getByRole("rowheader", { name: "Affichages" }).waitFor();
    await shoot(page, "campaign-change");
    expect(await axeProblems(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Appliquer" }).press("Enter");
    await page.getByText("Le changement est appliqué.").waitFor();
    expect(await radius()).toBeGreaterThan(1_000);
    await tabTo(page, "Revenir en arrière");
    await page.keyboard.press("Enter");
    await page.getByText("C’est remis comme avant.").waitFor();
    expect(await radius()).toBe(1_000);
    await tabTo(page, "Historique", "link");
    await page.keyboard.press("Enter");
    const entries = page.getByRole("article");
    await entries.nth(2).waitFor();
    const changes = plain(await entries.nth(1).textContent());
    expect(changes).toContain("Camille Essai a modifié la campagne");
    expect(changes).toMatch(/Zone.*cercle de 1 km.*cercle de \d/);
    expectQuiet(watch);
    await close();
  });

  test("says whether one would be seen in the town and out of it, with every rule", async () => {
    const { page, watch, close } = await openCampaign(shops.limoges, "/here");
    const ask = async (commune: string) => {
      const box = page.getByRole("textbox", { name: "Commune" });
      await box.fill(commune);
      await page.getByRole("listbox").getByRole("option", { name: commune }).first().click();
      await page.getByRole("button", { name: "Serais-je vu ?" }).press("Enter");
    };
    const zone = page.locator('[data-rule="zone"]');
    await ask("Limoges");
    await page.locator('[data-rule="zone"][data-passed="true"]').waitFor();
    expect(plain(await zone.textContent())).toBe("Le lieu est dans votre zone : respectée");
    await ask("Brive-la-Gaillarde");
    await page.getByText("Non, votre annonce ne serait pas affichée.").waitFor();
    await page.locator('[data-rule="zone"][data-passed="false"]').waitFor();
    expect(await page.locator('[data-rule="dates"]').getAttribute("data-passed")).toBe("true");
    await shoot(page, "campaign-here-out");
    // A click on the map asks at once; by keyboard the point moves a kilometre, and Enter asks.
    const map = page.getByRole("application");
    await page.locator('[data-drawn="true"]').waitFor();
    await map.click({ position: { x: 20, y: 20 } });
    await page.getByText(/Lieu choisi.+point 4\d,\d+/).waitFor();
    await page.locator('[data-old="false"] [data-rule="zone"][data-passed="false"]').waitFor();
    await map.press("ArrowUp");
    await page.getByText("La visite a changé : demandez de nouveau.").waitFor();
    expect(await page.locator("[data-rule]").count()).toBe(0);
    await map.press("Enter");
    await page.locator('[data-rule="zone"]').waitFor();
    await page.getByRole("textbox", { name: "Commune" }).fill("zzzz");
    await page.getByText("Aucune commune de ce nom.").waitFor();
    expect(await axeProblems(page)).toEqual([]);
    expectQuiet(watch);
    await close();
  });

  test("what is typed stays when somebody else saves, and is not lost by leaving", async () => {
    const { page, watch, close } = await openCampaign(shops.limoges, "/edit");
    const daily = page.getByLabel("Budget par jour");
    await daily.fill("0,001");
    await page.getByRole("button", { name: "Enregistrer" }).first().press("Enter");
    await page.getByText("Au moins", { exact: false }).first().waitFor();
    await daily.fill("9,50");
    const path = `/v1/campaigns/${shops.limoges}`;
    expect((await world.system.patch(path, { name: "Toitures du Limousin" })).status).toBe(200);
    await page.getByRole("link", { name: "Aperçu" }).press("Enter");
    await page.getByRole("button", { name: "Rester" }).press("Enter");
    await page.getByRole("button", { name: "Enregistrer" }).first().press("Enter");
    await page.getByText("Quelqu’un d’autre a modifié la campagne entre-temps").waitFor();
    await page.getByText("« Toitures du Limousin »").first().waitFor();
    expect(await daily.inputValue()).toContain("9,5");
    await shoot(page, "campaign-conflict");
    expect(await axeProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Enregistrer" }).first().press("Enter");
    await page.getByText("C’est enregistré.", { exact: false }).first().waitFor();
    expect(await campaignOf(shops.limoges)).toMatchObject({
      name: "Toitures du Limousin",
      dailyBudgetMicros: 9_500_000,
    });
    expectQuiet(watch);
    await close();
  });

  test("an ad that waits, is rejected and corrected is told so, with the reason", async () => {
    const { system } = world;
    const { advertiserId } = await campaignOf(shops.limoges);
    const key = await system.managerKey([advertiserId]);
    const body = campaignBody({ advertiserId, name: "Relue", startsOn: "2026-01-01" });
    const { campaignId } = (await system.post("/v1/campaigns", body, key)).body;
    const { creativeId } = (
      await system.post("/v1/creatives", nativeBody({ campaignId, title: "Gratuit !!!" }), key)
    ).body;
    const { page, watch, close } = await openCampaign(campaignId, "", { as: "manager" });
    await page.getByText("L’annonce attend sa relecture.", { exact: false }).waitFor();
    await shoot(page, "campaign-awaiting");
    const verdict = { version: 1, decision: "reject", reasons: ["other"], note: "Un prix, svp." };
    const judged = await system.post(`/v1/creatives/${creativeId}/review`, verdict);
    expect([judged.status, judged.body.errors]).toEqual([200, undefined]);
    await go(page, campaignId);
    await page.getByText("a été refusée", { exact: false }).waitFor();
    await page.getByText("Un prix, svp.").waitFor();
    await page.getByRole("link", { name: "Corriger l’annonce" }).press("Enter");
    await page.getByLabel("Titre").fill("Un devis à 0 €");
    await page.getByRole("button", { name: "Enregistrer" }).last().press("Enter");
    await page.getByText("En relecture").first().waitFor();
    expect((await get(`/v1/creatives/${creativeId}`)).review.status).toBe("pending");
    expectQuiet(watch);
    await close();
  });
});
