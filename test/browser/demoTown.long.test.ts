import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type RunningDemo, startDemo } from "../../scripts/screenshots/startDemo.ts";
import { budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { browser as person } from "../support/browser.ts";
import { buildWeb } from "../support/builtWeb.ts";
import { findChromium, startChromium, type TestBrowser } from "../support/chromium.ts";
import { axeProblems, expectQuiet, watchPage } from "../support/consoleWatch.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const executable = findChromium();
const sizes = [
  { name: "desktop", width: 1_280, height: 800, persona: "v-123", score: "Cherche une voiture" },
  { name: "phone", width: 390, height: 844, persona: "v-velo", score: "Roule à vélo" },
] as const;

describe.skipIf(executable === null)("the demo town", () => {
  let demo: RunningDemo;
  let chromium: TestBrowser;

  beforeAll(async () => {
    buildWeb();
    demo = await startDemo();
    await until(async () => (await fetch(`${demo.url}/readyz`)).ok, 60_000);
    chromium = await startChromium(executable ?? "", person);
  });
  afterAll(async () => {
    await chromium?.close();
    await demo?.stop();
  });

  async function open(path: string, size: (typeof sizes)[number]) {
    const page = await (chromium.context as BrowserContext).newPage();
    page.setDefaultTimeout(30_000);
    await page.setViewportSize(size);
    const watch = watchPage(page, demo.url);
    await page.goto(demo.url + path);
    return { page, watch };
  }

  const panelOf = (page: Page) => page.getByRole("complementary");

  /** On a phone the panel is a sheet. */
  async function openPanel(page: Page): Promise<void> {
    const handle = page.getByRole("button", { name: "Ce que voit le serveur" });
    if (await handle.isVisible()) await handle.click();
  }

  for (const size of sizes) {
    test(`what the server sees follows the visitor's choice, on a ${size.name}`, async () => {
      const { page, watch } = await open("/demo/annonces?ou=limoges&quoi=vehicules/voitures", size);
      // A refusal erases what is known of somebody: each size has somebody of its own.
      await page.evaluate(
        `localStorage.clear(); localStorage.setItem("town-persona", "${size.persona}")`,
      );
      await page.reload();
      await page.getByRole("heading", { name: "Voitures autour de Limoges" }).waitFor();

      await page.getByRole("button", { name: "Tout accepter" }).click();
      await openPanel(page);
      const panel = panelOf(page);
      await panel.getByText(size.score, { exact: true }).waitFor();
      await panel.getByRole("img", { name: "Limoges" }).waitFor();
      await panel.locator(".winner .value").first().waitFor();
      await panel.locator(".budget").first().waitFor();
      await panel.getByText("Pourquoi les autres ne sont pas affichées").click();
      await panel.locator(".losers li").first().waitFor();
      expect(await axeProblems(page)).toEqual([]);

      await panel.getByRole("button", { name: "Changer" }).click();
      await page.getByRole("button", { name: "Tout refuser" }).click();
      await panel.getByText("Aucun score n’est lu").waitFor();
      expect(await panel.locator(".facts .no").count()).toBe(5);
      expectQuiet(watch);
      await page.close();
    });
  }

  test("an ad that is shown is told in the panel, and a listing has its page", async () => {
    const { page, watch } = await open("/demo", sizes[0]);
    await page.evaluate("localStorage.clear()");
    await page.reload();
    await page.getByRole("button", { name: "Tout accepter" }).click();
    await page
      .getByRole("group", { name: /^Publicité/ })
      .first()
      .waitFor();
    await panelOf(page).locator(".events .render").first().waitFor();
    await panelOf(page).locator(".events .viewable").first().waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await page.locator(".card a").first().click();
    await page.getByText("Proposé par").waitFor();
    await page.getByRole("link", { name: "English" }).click();
    await page.getByText("Offered by").waitFor();
    expect(await axeProblems(page)).toEqual([]);
    expectQuiet(watch);
    await page.close();
  });

  test("the demo's own public moves the figures of today", async () => {
    const { request } = chromium.context;
    const admin = demo.people.get("operator's admin");
    expect((await request.post(`${demo.url}/v1/sessions`, { data: admin })).ok()).toBe(true);
    const impressions = async (): Promise<number> => {
      const day = budgetDayOf(Date.now());
      const answer = await request.get(`${demo.url}/v1/reports?from=${day}&to=${day}`);
      const { totals } = (await answer.json()) as { readonly totals: { impressions: number } };
      return totals.impressions;
    };
    const before = await impressions();
    await until(async () => (await impressions()) > before + 20);
  });
});
