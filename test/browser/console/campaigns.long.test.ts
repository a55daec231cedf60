import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ConsoleAccount,
  consoleLooks,
  hasBrowser,
  startConsole,
  type TestConsole,
} from "../../support/console.ts";
import { type Agency, openAgency } from "../../support/consoleCampaigns.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";

let world: TestConsole;
let agency: Agency;
let manager: ConsoleAccount;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole();
  agency = await openAgency(world.system, 300);
  manager = await world.invite("manager", agency.organizationId);
}, 300_000);
afterAll(() => world?.close());

const patientMs = 120_000;
async function readCampaign(campaignId: number) {
  const answer = await fetch(`${world.url}/v1/campaigns/${campaignId}`, {
    headers: { authorization: `Bearer ${world.system.adminKey}` },
  });
  return (await answer.json()) as { readonly status: string; readonly dailyBudgetMicros: number };
}

/** The number in a campaign's name, from 1. */
const numberOf = (index: number) => String(index + 1).padStart(3, "0");
const count = (page: Page, text: string) =>
  page.getByRole("status").getByText(text, { exact: true });

/** Changes the budget of one campaign where it stands in the list. */
async function editBudget(page: Page, name: string, euros: string): Promise<void> {
  await page.getByRole("button", { name: `Changer le budget de ${name}` }).click();
  await page.getByRole("textbox", { name: "Budget par jour" }).fill(euros);
  await page.getByRole("button", { name: "Enregistrer" }).click();
}

describe.skipIf(!hasBrowser)("an agency's campaigns", () => {
  test("a list or a campaign that is away says so under its heading, and comes at one click", async () => {
    const { page, close } = await world.open({ path: "/profile", as: manager });
    await page.route("**/v1/campaigns*", (route) => route.abort());
    await page.getByRole("link", { name: "Campagnes" }).first().click();
    const notice = page.getByRole("alert").filter({ hasText: "Le serveur ne répond pas" });
    await notice.waitFor({ timeout: patientMs });
    await page.getByRole("heading", { level: 1, name: "Campagnes" }).waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await page.unroute("**/v1/campaigns*");
    await notice.getByRole("button", { name: "Réessayer" }).click();
    await count(page, "300 campagnes").waitFor();
    await page.route("**/v1/campaigns/*", (route) => route.abort());
    await page.locator("[data-index] a").first().click();
    await page.getByRole("heading", { level: 1, name: "Campagne", exact: true }).waitFor();
    await page.unroute("**/v1/campaigns/*");
    await page.getByRole("alert").getByRole("button", { name: "Réessayer" }).click();
    await page.getByRole("link", { name: "Pourquoi ?" }).waitFor();
    await close();
  }, 180_000);

  test.each(consoleLooks)(
    "on a %s in a %s theme: pages without barriers that fit",
    async (size, scheme) => {
      const { page, watch, close } = await world.open({ size, scheme, as: manager });
      await count(page, "300 campagnes").waitFor();
      await page.evaluate("document.fonts.ready");
      await shoot(page, `campaigns-${size}-${scheme}`);
      expect(await axeProblems(page)).toEqual([]);
      await expectFits(page);
      await page
        .getByRole("checkbox", { name: /^Sélectionner Campagne/ })
        .first()
        .click();
      await page.getByRole("button", { name: "Changer le budget", exact: true }).click();
      await page.getByText("1 campagne, +").waitFor();
      await shoot(page, `campaigns-bulk-${size}-${scheme}`);
      expect(await axeProblems(page)).toEqual([]);
      await page.goto(`${world.url}/console/`);
      await page.getByRole("heading", { level: 1, name: /^Bonjour/ }).waitFor();
      await shoot(page, `home-${size}-${scheme}`);
      expect(await axeProblems(page)).toEqual([]);
      await expectFits(page);
      expectQuiet(watch);
      await close();
    },
    patientMs,
  );

  test(
    "are found, filtered and ordered; reloading and going back keep the list as it was",
    async () => {
      const { page, watch, close } = await world.open({ as: manager });
      await count(page, "300 campagnes").waitFor();
      await page
        .getByRole("textbox", { name: "Chercher par nom ou par numéro" })
        .or(page.getByRole("searchbox"))
        .fill("campagne 2");
      await count(page, "100 sur 300 campagnes").waitFor();
      await page.getByRole("button", { name: "Campagne", exact: true }).click();
      await page.getByRole("row").nth(1).getByRole("link", { name: "Campagne 200" }).waitFor();
      await page.getByRole("button", { name: "Campagne", exact: true }).click();
      await page.getByRole("row").nth(1).getByRole("link", { name: "Campagne 299" }).waitFor();
      expect(new URL(page.url()).search).toBe("?q=campagne+2&sort=-name");
      await page.reload();
      await count(page, "100 sur 300 campagnes").waitFor();
      await page.getByRole("link", { name: "Campagne 299" }).click();
      await page.waitForURL(/campaigns\/\d+/);
      await page.goBack();
      await page.getByRole("row").nth(1).getByRole("link", { name: "Campagne 299" }).waitFor();
      await page.goto(`${world.url}/console/campaigns?q=rien+de+tel`);
      await page.getByRole("heading", { name: "Aucune campagne ne correspond" }).waitFor();
      await page.getByRole("button", { name: "Effacer les filtres" }).click();
      expectQuiet(watch);
      await close();
    },
    patientMs,
  );

  test(
    "fifty are paused by keyboard alone; the one that has ended is told of, and the others are taken back",
    async () => {
      const running = Array.from({ length: 300 }, (_, at) => at).filter(
        (at) => numberOf(at).startsWith("1") && at % 3 !== 2,
      );
      const ended = agency.campaignIds[running[9] ?? 0] ?? 0;
      const paused = agency.campaignIds[running[0] ?? 0] ?? 0;
      const { page, watch, close } = await world.open({
        as: manager,
        path: "/campaigns?q=campagne+1&status=active&sort=name",
      });
      const first = page.getByRole("checkbox", {
        name: `Sélectionner Campagne ${numberOf(running[0] ?? 0)}`,
      });
      await first.waitFor();
      expect((await world.system.patch(`/v1/campaigns/${ended}`, { status: "ended" })).status).toBe(
        200,
      );
      await first.focus();
      await page.keyboard.press("Space");
      for (const at of running.slice(1, 50)) {
        await page.keyboard.press("ArrowDown");
        const name = `Sélectionner Campagne ${numberOf(at)}`;
        await page.locator(`[aria-label="${name}"]:focus`).waitFor();
      }
      await page.keyboard.press("Shift+Space");
      await count(page, "50 campagnes sélectionnées").waitFor();
      await page.getByRole("button", { name: "Mettre en pause", exact: true }).focus();
      await page.keyboard.press("Enter");
      await page
        .getByRole("dialog")
        .getByText(/^50 campagnes, −/)
        .waitFor();
      await page.keyboard.press("Enter");
      await page.getByText("49 campagnes modifiées.").waitFor();
      await page.getByText("elle est terminée, on ne peut plus la modifier").waitFor();
      await shoot(page, "campaigns-bulk-outcome");
      expect(await axeProblems(page)).toEqual([]);
      expect((await readCampaign(paused)).status).toBe("paused");
      await page.getByRole("button", { name: "Annuler ce changement" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("49 changements annulés.").waitFor();
      expect((await readCampaign(paused)).status).toBe("active");
      expectQuiet(watch);
      await close();
    },
    patientMs,
  );

  test(
    "a budget that a second manager has changed is not overwritten: both versions are shown",
    async () => {
      const name = "Campagne 007";
      const campaignId = agency.campaignIds[6] ?? 0;
      const path = "/campaigns?q=campagne+007";
      const second = await world.invite("manager", agency.organizationId);
      const [mine, theirs] = [
        await world.open({ as: manager, path }),
        await world.open({ as: second, path }),
      ];
      await mine.page.getByRole("link", { name }).waitFor();
      await editBudget(theirs.page, name, "33");
      await theirs.page.getByText(/Campagne 007\s: 33,00/).waitFor();
      await editBudget(mine.page, name, "12,50");
      const dialog = mine.page.getByRole("dialog", { name: "Quelqu’un a changé cette campagne" });
      await dialog.getByRole("cell", { name: /33,00/ }).waitFor();
      await dialog.getByRole("cell", { name: /12,50/ }).waitFor();
      await dialog.getByText(/Modifiée par Sami Essai/).waitFor();
      await shoot(mine.page, "campaigns-conflict");
      expect(await axeProblems(mine.page)).toEqual([]);
      expect((await readCampaign(campaignId)).dailyBudgetMicros).toBe(33_000_000);
      await dialog.getByRole("button", { name: "Appliquer la mienne" }).click();
      await mine.page.getByText(/Campagne 007\s: 12,50/).waitFor();
      expect((await readCampaign(campaignId)).dailyBudgetMicros).toBe(12_500_000);
      expectQuiet(mine.watch);
      expectQuiet(theirs.watch);
      await Promise.all([mine.close(), theirs.close()]);
    },
    patientMs,
  );

  test(
    "what the list shows is taken away as a file that a French spreadsheet reads",
    async () => {
      const path = "/campaigns?q=campagne+05&sort=name";
      const { page, watch, close } = await world.open({ as: manager, path });
      await count(page, "10 sur 300 campagnes").waitFor();
      const downloading = page.waitForEvent("download");
      await page.getByRole("button", { name: "Exporter" }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(/^campagnes-\d{4}-\d\d-\d\d\.csv$/);
      const text = readFileSync(await download.path(), "utf8");
      expect(text.startsWith("\uFEFFNuméro;Campagne;Annonceur;État;")).toBe(true);
      const lines = text.trim().split("\r\n").slice(1);
      expect(lines.map((line) => line.split(";")[1])).toEqual(
        Array.from({ length: 10 }, (_, at) => `Campagne 05${at}`),
      );
      // Of the fiftieth: five euros and nine times one, of a shop by its name.
      const [line = ""] = lines;
      expect(line.split(";").slice(2, 4)).toEqual(["Garage Martin", "En cours"]);
      expect(line.split(";")[9]).toBe(String(5 + (49 % 20)));
      expectQuiet(watch);
      await close();
    },
    patientMs,
  );

  test(
    "whoever has none is led to the first, whoever has one sees it at once",
    async () => {
      const { organizationId = 0 } = await world.system.create("/v1/organizations", {
        name: "Boulangerie Neuve",
        kind: "shop",
      });
      const shop = await world.invite("manager", organizationId);
      const { page, watch, close } = await world.open({ as: shop });
      await page.getByRole("heading", { name: "Votre première campagne vous attend" }).waitFor();
      await page.getByRole("link", { name: "Créer une campagne" }).waitFor();
      expect(await axeProblems(page)).toEqual([]);
      const only = await world.system.openShop({}, "boulanger");
      const { advertiserId } = (await readCampaign(only)) as unknown as {
        readonly advertiserId: number;
      };
      await world.system.patch(`/v1/advertisers/${advertiserId}`, { organizationId });
      await page.goto(`${world.url}/console/`);
      await page.waitForURL(`**/campaigns/${only}`);
      expectQuiet(watch);
      await close();
    },
    patientMs,
  );

  test(
    "a server that is away is told of, and asked again",
    async () => {
      const { page, close } = await world.open({ as: manager, path: "/accounts" });
      await page.route("**/v1/campaigns?**", (route) => route.fulfill({ status: 503, body: "" }));
      await page.goto(`${world.url}/console/campaigns`);
      const retry = page.getByRole("alert").getByRole("button", { name: "Réessayer" });
      await retry.waitFor({ timeout: 60_000 });
      await shoot(page, "campaigns-away");
      await page.unroute("**/v1/campaigns?**");
      await retry.click();
      await count(page, "300 campagnes").waitFor();
      await close();
    },
    patientMs,
  );
});
