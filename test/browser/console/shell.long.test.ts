import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { buildWeb } from "../../support/builtWeb.ts";
import { type ConsoleRole, consoleLooks, hasBrowser } from "../../support/console.ts";
import { consoleOfFile } from "../../support/consoleOfFile.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const world = consoleOfFile();

test("the first view runs at most 250 kB of JavaScript, packed", () => {
  const repository = join(import.meta.dirname, "..", "..", "..");
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, args, { cwd: repository, encoding: "utf8" });
  buildWeb();
  const told = run("scripts/web/buildConsole.mjs", "--measure");
  expect(told).toMatch(/the first view runs \d+ kB of JavaScript/);
});

describe.skipIf(!hasBrowser)("the console's frame", () => {
  test.each(consoleLooks)(
    "on a %s in a %s theme has no barriers and fits",
    async (size, scheme) => {
      const { page, watch, close } = await world().open({ path: "/profile", size, scheme });
      await page.getByRole("heading", { level: 1, name: "Mon profil" }).waitFor();
      await page.evaluate("document.fonts.ready");
      await shoot(page, `profile-${size}-${scheme}`, size === "phone");
      expect(await axeProblems(page)).toEqual([]);
      await expectFits(page);
      expectQuiet(watch);
      await close();
    },
  );

  test.each<[ConsoleRole, readonly string[], readonly string[]]>([
    ["admin", ["Campagnes", "Nouvelle campagne", "Relecture", "En direct", "Accès"], []],
    ["manager", ["Campagnes", "Nouvelle campagne"], ["Relecture", "SSP", "Accès"]],
    ["reviewer", ["Campagnes", "Relecture"], ["Nouvelle campagne", "Accès"]],
    ["reader", ["Campagnes"], ["Nouvelle campagne", "Relecture", "SSP", "Accès"]],
  ])("shows a %s what that may open, and no more", async (role, shown, hidden) => {
    const { page, close } = await world().open({ as: role, path: "/profile" });
    const menu = page.getByRole("navigation", { name: "Menu" });
    await menu.waitFor();
    for (const name of shown)
      expect(await menu.getByRole("link", { name, exact: true }).count(), name).toBe(1);
    for (const name of hidden)
      expect(await menu.getByRole("link", { name, exact: true }).count(), name).toBe(0);
    await close();
  });

  test("begins with a link to the content, and gives each page's heading the focus", async () => {
    const { page, close } = await world().open({ path: "/profile" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Aller au contenu");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    await page.getByRole("link", { name: "Accès", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Accès" }).waitFor();
    await expect
      .poll(() => page.evaluate("document.activeElement.textContent"), { timeout: 20_000 })
      .toBe("Accès");
    expect(await page.title()).toBe("Accès · Atelier");
    await close();
  });

  test("speaks English and turns dark when it is told to, and remembers", async () => {
    const { page, watch, close } = await world().open({ path: "/profile" });
    await page.getByRole("main").getByText("English").click();
    await page.getByRole("heading", { level: 1, name: "My profile" }).waitFor();
    await page.getByRole("main").getByText("Dark", { exact: true }).click();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "My profile" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
    expect(await page.evaluate("document.documentElement.dataset.mantineColorScheme")).toBe("dark");
    expectQuiet(watch);
    await close();
  });

  test("on a phone opens all pages in a drawer", async () => {
    const { page, watch, close } = await world().open({ path: "/profile", size: "phone" });
    await page.getByRole("button", { name: "Menu" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("link", { name: "Accès", exact: true }).waitFor();
    await shoot(page, "drawer-phone-light");
    expect(await axeProblems(page)).toEqual([]);
    await drawer.getByRole("link", { name: "Accès", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Accès" }).waitFor();
    await drawer.waitFor({ state: "hidden" });
    expectQuiet(watch);
    await close();
  });

  test("narrows to one advertiser among many, found by name, and remembers which", async () => {
    for (const name of ["Boulangerie Martin", "Garage du Pont", "Fleurs de Jeanne"])
      await world().system.create("/v1/advertisers", { name, payerName: name, trade: "commerce" });
    const { page, watch, close } = await world().open({ path: "/profile" });
    const picker = page.getByRole("textbox", { name: "Annonceur" });
    await picker.click();
    await picker.fill("garage");
    await page.getByRole("option", { name: "Garage du Pont" }).click();
    await page.reload();
    await expect.poll(() => picker.inputValue(), { timeout: 20_000 }).toBe("Garage du Pont");
    expect(await axeProblems(page)).toEqual([]);
    expectQuiet(watch);
    await close();
  });

  test("says in a sentence that there is no such page", async () => {
    const { page, watch, close } = await world().open({ path: "/rien/du/tout" });
    await page.getByRole("heading", { name: "Cette page n’existe pas" }).waitFor();
    await shoot(page, "not-found-desktop-light");
    expect(await axeProblems(page)).toEqual([]);
    await page.getByRole("link", { name: "Revenir aux campagnes" }).click();
    await page.waitForURL("**/console/campaigns**");
    expectQuiet(watch);
    await close();
  });
});
