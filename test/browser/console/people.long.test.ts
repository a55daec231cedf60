import { createHash } from "node:crypto";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, startConsole, type TestConsole } from "../../support/console.ts";
import { writeInsights } from "../../support/consoleInsights.ts";
import { testLooks } from "../../support/consoleLooks.ts";
import { axeProblems, expectQuiet } from "../../support/consoleWatch.ts";
import { until } from "../../support/until.ts";

let world: TestConsole;
let campaignId: number;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole();
  campaignId = await world.system.openShop({ name: "Les jardins de Limoges" }, "jardinier");
  await writeInsights(world.system.stores.databaseUrl, Date.now());
}, 240_000);
afterAll(() => world?.close());

const get = (path: string) =>
  request(world.url).get(path).set("authorization", `Bearer ${world.system.adminKey}`);
const listsOf = async () => (await get("/v1/advertisers/1/lists")).body.items;
const fileOf = (lines: readonly string[], name = "clients.csv") => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(lines.join("\n")),
});

describe.skipIf(!hasBrowser)("lists of customers", () => {
  test("a list is brought by keyboard, hashed in the browser, used and deleted", async () => {
    const { page, watch, close } = await world.open({ path: "/lists" });
    const bodies: string[] = [];
    page.on("request", (one) => {
      if (one.url().endsWith("/entries")) bodies.push(one.postData() ?? "");
    });
    await page.getByRole("heading", { name: "Aucune liste pour l’instant" }).waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Apporter une liste" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Apporter une liste de clients" });
    await dialog.getByLabel("Nom de la liste").waitFor();
    await dialog.getByRole("button", { name: "Envoyer la liste" }).focus();
    await page.keyboard.press("Enter");
    expect(await dialog.getByText("Sans cela, la liste ne peut pas être utilisée.").count()).toBe(
      3,
    );
    expect(await axeProblems(page)).toEqual([]);

    await dialog.getByLabel("Nom de la liste").focus();
    await page.keyboard.type("Clients fidèles");
    await dialog
      .locator('input[type="file"]')
      .setInputFiles(
        fileOf(["nom;email", "Jeanne;Jeanne@Exemple.fr ", "Paul;paul@exemple.fr", "personne;"]),
      );
    await dialog.getByLabel("Accords recueillis à partir du").fill("2026-10-01");
    expect(await dialog.getByLabel("Valable jusqu’au").inputValue()).toBe("2027-10-26");
    for (const name of [/^chacun a accepté/, /^personne n’est mineur/, /^la liste ne vient pas/]) {
      await dialog.getByRole("checkbox", { name }).focus();
      await page.keyboard.press("Space");
    }
    await dialog.getByRole("button", { name: "Envoyer la liste" }).press("Enter");
    await dialog.getByText("2 lignes envoyées").waitFor();
    await dialog.getByText("1 ligne sans adresse").waitFor();
    await page.locator("button:focus", { hasText: "Fermer" }).waitFor();
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    const sha = (text: string) => createHash("sha256").update(text).digest("hex");
    expect(bodies.map((body) => body.trim().split("\n").sort())).toEqual([
      [sha("jeanne@exemple.fr"), sha("paul@exemple.fr")].sort(),
    ]);
    expect(await listsOf()).toMatchObject([{ name: "Clients fidèles", entries: 2, people: null }]);
    await page.getByRole("cell", { name: "Clients fidèles" }).first().waitFor();

    await page.getByRole("button", { name: "Actions pour Clients fidèles" }).press("Enter");
    await page.getByRole("menuitem", { name: "Utilisable dès 50 visiteurs reconnus" }).waitFor();
    // As the count an hour later would have it.
    await world.system.server.stores.db
      .updateTable("audience_lists" as never)
      .set({ matched: 60, matched_at: new Date() } as never)
      .execute();
    await page.reload();
    await page.getByText("au moins 60").waitFor();
    await page.getByRole("button", { name: "Actions pour Clients fidèles" }).press("Enter");
    await page.getByRole("menuitem", { name: "Utiliser dans une campagne" }).click();
    const use = page.getByRole("dialog", { name: "Utiliser la liste" });
    await use
      .getByRole("combobox", { name: "Campagne" })
      .or(use.getByLabel("Campagne"))
      .first()
      .click();
    await page.getByRole("option", { name: "Les jardins de Limoges" }).click();
    await use.getByLabel("sont les seuls à qui elle s’affiche").check();
    await use.getByRole("button", { name: "Enregistrer" }).click();
    await page.getByRole("link", { name: "Les jardins de Limoges" }).waitFor();
    const { segmentId } = (await listsOf())[0];
    expect((await get(`/v1/campaigns/${campaignId}`)).body.audience).toMatchObject([
      { segmentId, minScore: 0.5 },
    ]);

    await page.getByRole("button", { name: "Actions pour Clients fidèles" }).click();
    await page.getByRole("menuitem", { name: "Supprimer" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Supprimer" }).click();
    await until(async () => (await listsOf()).length === 0);
    await page.getByRole("heading", { name: "Aucune liste pour l’instant" }).waitFor();
    expectQuiet(watch);
    await close();
  }, 120_000);

  test("a long file says how far it is, and can be stopped", async () => {
    const { page, watch, close } = await world.open({ path: "/lists" });
    const made = await request(world.url)
      .post("/v1/advertisers/1/lists")
      .set({ authorization: `Bearer ${world.system.adminKey}` })
      .send({
        name: "Longue",
        identifier: "id_sha256",
        basis: "consent",
        collectedOn: "2026-10-01",
        expiresOn: "2027-10-01",
        attests: { consent: true, adultsOnly: true, noSpecialCategories: true },
      });
    expect(made.status).toBe(201);
    await page.reload();
    await page.getByRole("button", { name: "Actions pour Longue" }).click();
    await page.getByRole("menuitem", { name: "Envoyer un autre fichier" }).click();
    const dialog = page.getByRole("dialog", { name: "Envoyer un autre fichier" });
    const lines = Array.from({ length: 120_000 }, (_, at) => `client-${at}`);
    await dialog.locator('input[type="file"]').setInputFiles(fileOf(lines));
    let isHeld = true;
    await page.route("**/entries", async (route) => {
      await until(() => !isHeld, 60_000);
      await route.continue().catch(() => undefined);
    });
    await dialog.getByRole("button", { name: "Envoyer", exact: true }).click();
    await dialog.getByText(/^Envoi\s: 0 lignes sur 120.000/).waitFor({ timeout: 60_000 });
    await dialog.getByRole("button", { name: "Arrêter" }).click();
    await dialog.getByText("Arrêté : rien n’a été envoyé.").waitFor();
    isHeld = false;
    await dialog.getByRole("button", { name: "Fermer" }).last().click();
    expectQuiet(watch);
    await close();
  }, 120_000);
});

describe.skipIf(!hasBrowser)("privacy", () => {
  test("a visitor's things are read and erased by keyboard, and the proof can be kept", async () => {
    const { page, watch, close } = await world.open({ path: "/privacy" });
    const id = page.getByLabel("Identifiant du visiteur");
    await id.focus();
    await page.keyboard.type("visiteur é");
    await page.keyboard.press("Enter");
    await page.getByText("De 1 à 128 caractères", { exact: false }).waitFor();
    await id.fill("visiteur-42");
    await page.keyboard.press("Enter");
    await page.getByText("Rien n’est gardé de ce visiteur.").waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Effacer le visiteur" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Effacer le visiteur" });
    await dialog.getByText("visiteur-42", { exact: false }).waitFor();
    await dialog.getByRole("button", { name: "Effacer", exact: true }).press("Enter");
    const proof = page.getByRole("region", { name: "Preuve d’effacement" });
    const number = await proof.getByLabel("Numéro de la preuve").inputValue();
    expect(number).toMatch(/^[0-9a-f-]{36}$/);
    const [kept] = await Promise.all([
      page.waitForEvent("download"),
      proof.getByRole("button", { name: "Garder en fichier" }).click(),
    ]);
    expect(kept.suggestedFilename()).toMatch(/^preuve-.*\.json$/);
    expect(await axeProblems(page)).toEqual([]);
    const { erasures } = (await get("/v1/visitors/visiteur-42")).body;
    expect(erasures.map((one: { proofId: string }) => one.proofId)).toContain(number);
    expectQuiet(watch);
    await close();
  }, 120_000);

  test("is not offered to managers", async () => {
    const { page, close } = await world.open({ path: "/privacy", as: "manager" });
    await page.getByText("Cette page n’est pas ouverte à votre compte").waitFor();
    expect(await page.getByRole("link", { name: "Vie privée" }).count()).toBe(0);
    await close();
  }, 60_000);
});

describe.skipIf(!hasBrowser)("trends", () => {
  test("another category shows other figures, and what a campaign's neighbours want stands beside it", async () => {
    const { page, watch, close } = await world.open({ path: "/insights" });
    await page.getByRole("img", { name: /^Demande par semaine et prévision : Jardin/ }).waitFor();
    const chosen = page.getByRole("textbox", { name: "Rubrique" });
    await chosen.click();
    await page.getByRole("option", { name: /^Voitures/ }).click();
    await page.getByRole("img", { name: /^Demande par semaine et prévision : Voitures/ }).waitFor();
    await page.getByRole("img", { name: /^Affinités de Voitures/ }).waitFor();
    await page.goto(`${world.url}/console/campaigns/${campaignId}`);
    const demand = page.getByRole("region", { name: "La demande dans votre département" });
    await demand.getByRole("img").waitFor();
    expectQuiet(watch);
    await close();
  }, 120_000);
});

testLooks("people", () => world, [
  { path: "/lists", title: "Listes de clients", there: "Longue" },
  { path: "/privacy", title: "Vie privée", there: "Registre de transparence" },
  { path: "/insights", title: "Tendances", there: "Qui revient" },
  {
    path: "/campaigns/1",
    title: "Les jardins de Limoges",
    there: "La demande dans votre département",
  },
]);
