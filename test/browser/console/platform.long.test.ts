import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nativeBody } from "../../support/campaignBodies.ts";
import { hasBrowser, startConsole, type TestConsole } from "../../support/console.ts";
import { testLooks } from "../../support/consoleLooks.ts";
import { expectQuiet } from "../../support/consoleWatch.ts";
import { plainPicture } from "../../support/pictures.ts";
import { until } from "../../support/until.ts";

let world: TestConsole;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole({}, { pictures: "httpsOrLoopback" });
  await makeThings(world);
}, 240_000);
afterAll(() => world?.close());

/** One of each, so that every page has something to show. */
async function makeThings({ system, url }: TestConsole): Promise<void> {
  const campaignId = await system.openShop({}, "caviste");
  const { siteId } = await system.create("/v1/sites", {
    name: "Le Bon Lieu",
    allowedOrigins: ["https://www.exemple.fr"],
  });
  await system.create("/v1/placements", {
    siteId,
    code: "haut",
    formats: ["native", "image"],
    sizes: [[300, 250]],
    floorMicros: 1_500_000,
  });
  await system.create("/v1/ssps", { name: "le-marche", qpsLimit: 50 });
  await system.create("/v1/segments", { slug: "auto-acheteur", name: "Cherche une voiture" });
  const uploaded = await fetch(`${url}/v1/media?advertiserId=1&name=cave.png`, {
    method: "POST",
    headers: { authorization: `Bearer ${system.adminKey}`, "content-type": "image/png" },
    body: new Uint8Array(await plainPicture(1_200, 800)),
  });
  const { mediaId } = (await uploaded.json()) as { readonly mediaId: number };
  const { imageUrl: _none, ...body } = nativeBody({
    campaignId,
    mediaId,
    title: "Crédit gratuit sur nos caves",
    text: "Payez votre cave à vin en dix mensualités, sans frais.",
  });
  const made = await system.post("/v1/creatives", body, await system.managerKey([1]));
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
}

const askForAds = () =>
  request(world.url)
    .post("/v1/ads")
    .send({ place: { search: { postalCode: "87000" } }, placements: [{ id: "top" }] });

describe.skipIf(!hasBrowser)("the live page", () => {
  test("moves while real requests come, and stands still when it is frozen", async () => {
    const { page, watch, close } = await world.open({ path: "/live" });
    await page.getByRole("heading", { name: "En direct" }).waitFor();
    const figures = page.getByRole("region", { name: "Débit et latence" });
    await figures.waitFor();
    const chart = figures.getByRole("img", { name: /^Demandes d’annonces/ });
    const before = await chart.getAttribute("aria-label");
    await until(async () => {
      await askForAds();
      return (await chart.getAttribute("aria-label")) !== before;
    }, 20_000);
    await page.getByText("Tout fonctionne").waitFor();
    await page.getByText(/réservations/).waitFor();
    await page.getByRole("button", { name: "Figer" }).click();
    const asked: string[] = [];
    page.on("request", (one) => asked.push(one.url()));
    await page.getByRole("button", { name: "Reprendre" }).waitFor();
    await askForAds();
    await page.getByRole("button", { name: "Reprendre" }).click();
    await page.waitForResponse((response) => response.url().endsWith("/v1/system"));
    expect(asked.every((url) => url.endsWith("/v1/system"))).toBe(true);
    expectQuiet(watch);
    await close();
  }, 180_000);
});

describe.skipIf(!hasBrowser)("SSPs", () => {
  test("one is made, its key told once; paused, it gets no more bids and the page says so", async () => {
    const { page, watch, close } = await world.open({ path: "/ssps" });
    await page.getByRole("link", { name: "Ajouter une SSP" }).click();
    await page.getByLabel("Nom").fill("Pas Un Nom");
    await page.getByLabel("Réponse au plus tard après").fill("5");
    await page.getByRole("button", { name: "Créer la SSP" }).click();
    await page.locator(".mantine-InputWrapper-error").first().waitFor();
    await page.getByLabel("Nom").fill("place-neuve");
    await page.getByLabel("Réponse au plus tard après").fill("120");
    await page.getByLabel("Marge de la régie").fill("12,5");
    await page.getByRole("button", { name: "Créer la SSP" }).click();
    const dialog = page.getByRole("dialog", { name: "Nouvelle clé" });
    const key = await dialog.getByLabel("Nouvelle clé").inputValue();
    expect(key).toMatch(/^ssp_/);
    await dialog.getByRole("button", { name: "Je l’ai copiée" }).click();
    await page.getByRole("heading", { name: "place-neuve" }).waitFor();
    const bid = () =>
      request(world.url)
        .post("/openrtb2/bid/place-neuve")
        .set({ authorization: `Bearer ${key}` })
        .send({ id: "1", imp: [{ id: "1", banner: { w: 300, h: 250 } }], site: {} });
    await until(async () => (await bid()).status === 204);
    await page.getByText("Enchères perdues").waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Mettre en pause" }).click();
    await page.getByText("En pause : aucune offre").waitFor();
    const { body } = await request(world.url)
      .get("/v1/ssps/place-neuve")
      .set({ authorization: `Bearer ${world.system.adminKey}` });
    expect(body).toMatchObject({ status: "paused", marginPermille: 125, deadlineMs: 120 });
    expectQuiet(watch);
    await close();
  }, 180_000);
});

describe.skipIf(!hasBrowser)("audiences", () => {
  test("one is renamed, and its size has bounds or is under 50", async () => {
    const { page, watch, close } = await world.open({ path: "/segments" });
    await page.getByRole("button", { name: "Renommer Cherche une voiture" }).click();
    await page.getByRole("dialog").getByLabel("Nom").fill("Cherche une voiture bientôt");
    await page.getByRole("button", { name: "Enregistrer" }).click();
    await page.getByRole("link", { name: "Cherche une voiture bientôt" }).click();
    await page.getByRole("heading", { name: "Cherche une voiture bientôt" }).waitFor();
    await page
      .getByRole("region", { name: "Taille" })
      .getByText(/entre|moins de 50/)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByText("aucun : personne n’a de score", { exact: false }).waitFor();
    // Until the first sample is there, the server says so: 503.
    expect({ ...watch, failures: [] }).toEqual({ errors: watch.errors, foreign: [], failures: [] });
    await close();
  }, 180_000);
});

testLooks("ops", () => world, [
  { path: "/review", title: "Relecture", there: "Aperçus" },
  { path: "/placements", title: "Emplacements", there: "Le Bon Lieu" },
  { path: "/ssps", title: "SSP", there: "le-marche" },
  { path: "/ssps/le-marche", title: "le-marche", there: "Santé" },
  { path: "/segments", title: "Audiences", there: "Cherche une voiture" },
  { path: "/segments/1", title: "Cherche une voiture", there: "Fiche du modèle" },
  { path: "/live", title: "En direct", there: "Argent" },
]);
