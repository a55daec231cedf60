import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { hasBrowser, startConsole, type TestConsole } from "../../support/console.ts";
import { expectQuiet } from "../../support/consoleWatch.ts";
import { plainPicture } from "../../support/pictures.ts";
import { until } from "../../support/until.ts";

let world: TestConsole;
let ads: AdMaker;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole({}, { pictures: "httpsOrLoopback" });
  ads = await createAdMaker(world);
}, 240_000);
afterAll(() => world?.close());

type AdMaker = (title: string, fields?: object) => Promise<number>;

/** Ads of a wine merchant that wait for their review. */
async function createAdMaker({ system, url }: TestConsole): Promise<AdMaker> {
  const { advertiserId = 0 } = await system.create("/v1/advertisers", {
    name: "Cave des Bénédictins",
    trade: "caviste",
  });
  const key = await system.managerKey([advertiserId]);
  const { campaignId = 0 } = await system.create(
    "/v1/campaigns",
    campaignBody({ advertiserId, name: "Beaujolais nouveau", pacing: "asap" }),
  );
  const uploaded = await fetch(`${url}/v1/media?advertiserId=${advertiserId}&name=cave.png`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "image/png" },
    body: new Uint8Array(await plainPicture(1_200, 800)),
  });
  const { mediaId } = (await uploaded.json()) as { readonly mediaId: number };
  return async (title, fields = {}) => {
    const { imageUrl: _none, ...body } = nativeBody({ campaignId, title, mediaId, ...fields });
    const made = await system.post("/v1/creatives", body, key);
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    return made.body.creativeId;
  };
}

async function read<Answer>(path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${world.system.adminKey}` };
  return (await (await fetch(world.url + path, { headers })).json()) as Answer;
}

const statusOf = async (creativeId: number): Promise<string> =>
  (await read<{ readonly review: { readonly status: string } }>(`/v1/creatives/${creativeId}`))
    .review.status;

const stopOf = async (creativeId: number): Promise<unknown> =>
  (await read<{ readonly suspension: unknown }>(`/v1/creatives/${creativeId}`)).suspension;

const shown = (page: Page, title: string) => page.getByRole("article", { name: title }).waitFor();

/** Presses "a" where the focus is, in the very turn in which the ad on view first is as `isSo` says. */
const pressOnce = (isSo: string, meanwhile = ""): string => `new Promise((resolve) => {
  const observer = new MutationObserver(() => {
    const article = document.querySelector("article");
    if (article === null || !(${isSo})) return;
    observer.disconnect();
    const key = new KeyboardEvent("keydown", { key: "a", bubbles: true });
    (document.activeElement ?? document.body).dispatchEvent(key);
    resolve();
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  ${meanwhile}
})`;
/** As somebody does who comes back to the page: the queue is read again. */
const comeBack = `document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`;

describe.skipIf(!hasBrowser)("reviewing", () => {
  test("keys approve, reject with a reason, skip and undo; nothing is sent before its time", async () => {
    const first = await ads("Premier vin");
    const second = await ads("Deuxième vin");
    const third = await ads("Troisième vin");
    const { page, watch, close } = await world.open({ path: "/review", as: "reviewer" });
    await shown(page, "Premier vin");
    await page.getByText("L'abus d'alcool").or(page.getByText("L’abus d’alcool")).waitFor();

    await page.keyboard.press("a");
    await shown(page, "Deuxième vin");
    await page.getByText("« Premier vin » : approuvée.").waitFor();
    expect(await statusOf(first)).toBe("pending");
    await page.keyboard.press("u");
    await shown(page, "Premier vin");

    await page.keyboard.press("s");
    await shown(page, "Deuxième vin");
    await page.keyboard.press("r");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Refuser" }).click();
    await dialog.getByText("Choisissez au moins un motif.").waitFor();
    await dialog.getByLabel(/L.image est floue/).check();
    await dialog.getByRole("button", { name: "Refuser" }).click();
    await shown(page, "Troisième vin");
    // The next decision sends the one before it.
    await page.keyboard.press("a");
    await until(async () => (await statusOf(second)) === "rejected");
    // What was skipped comes last.
    await shown(page, "Premier vin");
    await page.getByRole("button", { name: "Approuver" }).click();
    await page.getByRole("heading", { name: "Tout est relu" }).waitFor();
    await until(async () => (await statusOf(first)) === "approved");
    expect(await statusOf(third)).toBe("approved");
    expectQuiet(watch);
    await close();
  }, 180_000);

  test("of two reviewers the slower one is told, and goes on", async () => {
    const contested = await ads("Vin disputé");
    const next = await ads("Vin suivant");
    const [one, two] = await Promise.all([
      world.open({ path: "/review", as: "reviewer" }),
      world.open({ path: "/review", as: "admin" }),
    ]);
    await Promise.all([shown(one.page, "Vin disputé"), shown(two.page, "Vin disputé")]);
    await one.page.keyboard.press("a");
    await two.page.keyboard.press("r");
    const dialog = two.page.getByRole("dialog");
    await dialog.getByLabel(/Une autre raison/).check();
    await until(async () => (await statusOf(contested)) === "approved");
    await dialog.getByRole("button", { name: "Refuser" }).click();
    await dialog.getByText("Expliquez cette autre raison.").waitFor();
    await dialog.getByLabel("Explication pour l’annonceur").fill("Déjà vu ailleurs.");
    await dialog.getByRole("button", { name: "Refuser" }).click();
    await shown(two.page, "Vin suivant");
    await two.page.getByText(/Vin disputé.*vient d’être relue ou modifiée/).waitFor();
    expect(await statusOf(contested)).toBe("approved");
    await two.page.keyboard.press("a");
    await until(async () => (await statusOf(next)) === "approved");
    expectQuiet(one.watch);
    expectQuiet(two.watch);
    await Promise.all([one.close(), two.close()]);
  }, 180_000);

  test("a key that comes just as another ad takes the place decides nothing, and says so", async () => {
    const seen = await ads("Vin vu");
    const next = await ads("Vin survenu");
    const { page, watch, close } = await world.open({ path: "/review", as: "reviewer" });
    await shown(page, "Vin vu");
    const verdict = { version: 1, decision: "approve" };
    await world.system.post(`/v1/creatives/${seen}/review`, verdict).expect(200);
    // The queue is read again, and the key is down before anybody can have seen what came of that.
    await page.evaluate(
      pressOnce(`article.getAttribute("aria-label") === "Vin survenu"`, comeBack),
    );
    await page.getByText(/Rien n’a été décidé/).waitFor();
    await shown(page, "Vin survenu");
    expect(await page.getByRole("button", { name: "Annuler" }).count()).toBe(0);
    await until(async () => {
      await page.keyboard.press("a");
      return (await page.getByText("« Vin survenu » : approuvée.").count()) === 1;
    });
    await page.goto("about:blank");
    await until(async () => (await statusOf(next)) === "approved");
    expectQuiet(watch);
    await close();
  }, 180_000);

  test("the kill switch stops the ad that it was opened for, and the key after it is heard", async () => {
    const [taken, id] = [await ads("Vin d’avant"), await ads("Vin visé")];
    const { page, watch, close } = await world.open({ path: "/review" });
    await shown(page, "Vin d’avant");
    await page.keyboard.press("j");
    await shown(page, "Vin visé");
    await page.getByRole("button", { name: "Tout arrêter…" }).click();
    await page.getByRole("dialog", { name: /Vin visé/ }).waitFor();
    await page.getByLabel("Raison").fill("Une plainte est examinée.");
    // As soon as the queue tells of it, also while the dialog fades.
    const pressed = page.evaluate(
      pressOnce(`article.textContent.includes("arrêtée par la régie")`),
    );
    await page.getByLabel("Raison").press("Enter");
    await pressed;
    await page.getByText("« Vin visé » : approuvée.").waitFor();
    await shown(page, "Vin d’avant");
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "Tout est relu" }).waitFor();
    await until(async () => (await statusOf(id)) === "approved");
    await until(async () => (await statusOf(taken)) === "approved");
    expectQuiet(watch);
    await close();
  }, 180_000);

  test("the kill switch stops an ad at once, and the queue says so", async () => {
    const id = await ads("Vin à arrêter");
    const { page, watch, close } = await world.open({ path: "/review" });
    await shown(page, "Vin à arrêter");
    await page.getByRole("button", { name: "Tout arrêter…" }).click();
    await page.getByLabel("Raison").fill("Une plainte est examinée.");
    await page.getByRole("button", { name: "Arrêter maintenant" }).click();
    const stopped = page.getByText("Cette annonce est arrêtée par la régie : Une plainte");
    await stopped.waitFor();
    await page.getByRole("button", { name: "Remettre en marche" }).click();
    const asks = page.getByRole("dialog", { name: "Remettre en marche" });
    await asks.getByRole("button", { name: "Remettre en marche" }).click();
    await stopped.waitFor({ state: "detached" });
    await asks.waitFor({ state: "detached" });
    expect(await stopOf(id)).toBeNull();
    await page.keyboard.press("a");
    await until(async () => (await statusOf(id)) === "approved");
    expectQuiet(watch);
    await close();
  }, 180_000);

  test("who may not review is told so, and asks for nothing", async () => {
    const { page, watch, close } = await world.open({ path: "/review", as: "reader" });
    await page.getByRole("heading", { name: "La relecture est réservée" }).waitFor();
    expectQuiet(watch);
    await close();
  });
});

describe.skipIf(!hasBrowser)("placements", () => {
  test("a site and a placement are made; what is wrong stands beside its field", async () => {
    const { page, watch, close } = await world.open({ path: "/placements" });
    await page.getByRole("button", { name: "Ajouter un site" }).first().click();
    await page.getByLabel("Nom").fill("Le Bon Lieu");
    await page.getByRole("textbox", { name: "Adresses admises" }).fill("http://exemple.fr");
    await page.getByRole("button", { name: "Créer le site" }).click();
    await page.getByText(/must be an origin|adresse qui commence par https/).waitFor();
    await page.getByRole("textbox", { name: "Adresses admises" }).press("Backspace");
    await page.getByRole("textbox", { name: "Adresses admises" }).press("Backspace");
    await page.getByRole("textbox", { name: "Adresses admises" }).fill("https://www.exemple.fr");
    await page.getByRole("button", { name: "Créer le site" }).click();
    await page.getByRole("textbox", { name: "Secret" }).waitFor();
    await page.getByRole("button", { name: "Je l’ai copié" }).click();

    await page.getByRole("button", { name: "Ajouter un emplacement" }).first().click();
    const form = page.getByRole("dialog", { name: "Nouvel emplacement" });
    await form.getByLabel("Code").fill("haut de page !");
    await form.getByRole("textbox", { name: "Tailles admises" }).fill("grand");
    await form.getByRole("button", { name: "Créer l’emplacement" }).click();
    await form.getByText("« grand » n’est pas une taille comme 300x250.").waitFor();
    await form.getByRole("textbox", { name: "Tailles admises" }).press("Backspace");
    await form.getByRole("textbox", { name: "Tailles admises" }).fill("300x250");
    await form.getByRole("button", { name: "Créer l’emplacement" }).click();
    await form
      .getByText(/1 to 64 letters|lettres/)
      .last()
      .waitFor();
    await form.getByLabel("Code").fill("haut");
    await form.getByLabel("Prix plancher, pour mille vues").fill("1,5");
    await form.getByRole("button", { name: "Créer l’emplacement" }).click();
    await page.getByRole("rowheader", { name: "haut" }).waitFor();
    await page.getByRole("button", { name: "Code à poser pour haut" }).click();
    await page
      .getByText(
        '<div data-atelier="haut" data-atelier-sizes="300x250" data-atelier-formats="native"></div>',
      )
      .waitFor();
    const { items } = await read<{ readonly items: readonly object[] }>("/v1/placements");
    expect(items[0]).toMatchObject({ code: "haut", sizes: [[300, 250]], floorMicros: 1_500_000 });
    expectQuiet(watch);
    await close();
  }, 180_000);
});
