import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { consoleLooks, hasBrowser } from "../../support/console.ts";
import { consoleOfFile } from "../../support/consoleOfFile.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const world = consoleOfFile();

async function makeKey(page: Page, label: string): Promise<string> {
  await page.getByRole("button", { name: "Créer une clé" }).click();
  const dialog = page.getByRole("dialog", { name: "Créer une clé d’API" });
  await dialog.getByLabel("Nom").fill(label);
  await dialog.getByRole("button", { name: "Créer une clé" }).click();
  return takeSecret(page);
}

async function takeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog", { name: "Votre clé" });
  const secret = await dialog.getByLabel("Votre clé").inputValue();
  await dialog.getByRole("button", { name: "C’est noté" }).click();
  await dialog.waitFor({ state: "hidden" });
  return secret;
}

const statusWith = async (key: string): Promise<number> =>
  (await fetch(`${world().url}/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status;

describe.skipIf(!hasBrowser)("access", () => {
  test.each(consoleLooks)(
    "on a %s in a %s theme has no barriers and fits",
    async (size, scheme) => {
      const { page, watch, close } = await world().open({ path: "/accounts", size, scheme });
      await page
        .getByRole("cell", { name: /Camille Essai/ })
        .first()
        .waitFor();
      await page.evaluate("document.fonts.ready");
      await shoot(page, `people-${size}-${scheme}`);
      expect(await axeProblems(page)).toEqual([]);
      await page.getByRole("tab", { name: "Clés d’API" }).click();
      await page
        .getByRole("cell", { name: /En vigueur/ })
        .first()
        .waitFor();
      await shoot(page, `keys-${size}-${scheme}`);
      expect(await axeProblems(page)).toEqual([]);
      await expectFits(page);
      expectQuiet(watch);
      await close();
    },
  );

  test("invites somebody, who sets a password by the link and signs in", async () => {
    const { page, watch, close } = await world().open({ path: "/accounts" });
    await page.getByRole("button", { name: "Inviter quelqu’un" }).click();
    const dialog = page.getByRole("dialog", { name: "Inviter quelqu’un" });
    await dialog.getByRole("button", { name: "Créer l’invitation" }).click();
    await dialog.getByText("Cette valeur est nécessaire.").waitFor();
    await shoot(page, "invite-desktop-light");
    await dialog.getByLabel("Nom").fill("Léo Blanc");
    await dialog.getByLabel("Adresse e-mail").fill("leo@atelier.example");
    await dialog.getByRole("button", { name: "Créer l’invitation" }).click();
    const link = page.getByRole("dialog", { name: "Lien d’invitation" }).getByLabel("Lien");
    const address = await link.inputValue();
    expect(address).toMatch(/\/console\/invitation#\S{20,}$/);
    const other = await world().open({
      path: address.slice(`${world().url}/console`.length),
      as: null,
    });
    await other.page.getByLabel("Nouveau mot de passe").fill("aaaa");
    await other.page.getByLabel("Le même, encore une fois").fill("aaaa");
    await other.page.getByRole("button", { name: "Enregistrer" }).click();
    await other.page.getByText("trop simple").waitFor();
    await shoot(other.page, "invitation-desktop-light");
    for (const label of ["Nouveau mot de passe", "Le même, encore une fois"])
      await other.page.getByLabel(label).fill("quatre chats sur le toit 7");
    expect(await axeProblems(other.page)).toEqual([]);
    await other.page.getByRole("button", { name: "Enregistrer" }).click();
    await other.page.waitForURL("**/console/sign-in");
    await other.page.getByLabel("Adresse e-mail").fill("leo@atelier.example");
    await other.page.getByLabel("Mot de passe", { exact: true }).fill("quatre chats sur le toit 7");
    await other.page.getByRole("button", { name: "Se connecter" }).click();
    await other.page.getByRole("navigation", { name: "Menu" }).waitFor();
    expectQuiet(watch);
    expectQuiet(other.watch);
    await Promise.all([close(), other.close()]);
  });

  test("changes a role and deactivates, after which the person is out", async () => {
    const person = await world().invite("reader");
    const { page, watch, close } = await world().open({ path: "/accounts" });
    const row = page.getByRole("row").filter({ hasText: person.email });
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Donner le rôle : Gestionnaire" }).click();
    await row.getByRole("cell", { name: "Gestionnaire", exact: true }).waitFor();
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Désactiver le compte" }).click();
    const confirm = page.getByRole("dialog", { name: "Désactiver le compte" });
    await confirm.getByRole("button", { name: "Désactiver le compte" }).click();
    await row.getByText("Désactivé").waitFor();
    const { email, password } = person;
    const answer = await fetch(`${world().url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    expect(answer.status).toBe(401);
    expectQuiet(watch);
    await close();
  });

  test("makes a key that works, renews it at once, and revokes it", async () => {
    const { page, watch, close } = await world().open({ path: "/accounts/keys" });
    const first = await makeKey(page, "Site de la boutique");
    expect(await statusWith(first)).toBe(200);
    const row = page.getByRole("row").filter({ hasText: "Site de la boutique" });
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Renouveler le secret" }).click();
    const dialog = page.getByRole("dialog", { name: "Renouveler le secret" });
    await dialog.getByRole("textbox", { name: "L’ancien secret vaut encore" }).click();
    await page.getByRole("option", { name: "plus du tout" }).click();
    await dialog.getByRole("button", { name: "Renouveler le secret" }).click();
    const second = await takeSecret(page);
    await expect.poll(() => statusWith(first), { timeout: 10_000 }).toBe(401);
    expect(await statusWith(second)).toBe(200);
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Révoquer" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Révoquer" }).click();
    await row.getByText("Révoquée").waitFor();
    await expect.poll(() => statusWith(second), { timeout: 10_000 }).toBe(401);
    expectQuiet(watch);
    await close();
  });

  test("changes one's own password, and says what is wrong with one", async () => {
    const account = await world().invite("reader");
    const { page, watch, close } = await world().open({ path: "/profile", as: account });
    await page.getByLabel("Mot de passe actuel").fill("ce n'est pas celui-ci");
    await page.getByLabel("Nouveau mot de passe").fill("trois lapins bleus 9");
    await page.getByRole("button", { name: "Changer le mot de passe" }).click();
    await page.getByText("Ce n’est pas votre mot de passe actuel.").waitFor();
    await page.getByLabel("Mot de passe actuel").fill(account.password);
    await page.getByRole("button", { name: "Changer le mot de passe" }).click();
    await page.getByText("Votre mot de passe est changé").waitFor();
    expectQuiet(watch);
    await close();
  });
});
