import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, budgetDayOf } from "../../../src/budgets/budgetDay.ts";
import {
  startTestPaymentProvider,
  type TestPaymentProvider,
} from "../../../src/embedded/testPaymentProvider.ts";
import { admitToLedger } from "../../../src/stores/postgres/ledger.ts";
import { campaignBody } from "../../support/campaignBodies.ts";
import {
  type ConsoleAccount,
  consoleLooks,
  hasBrowser,
  startConsole,
  type TestConsole,
} from "../../support/console.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";
import { ledgerRow } from "../../support/ledgerRows.ts";
import { until } from "../../support/until.ts";

let world: TestConsole;
let provider: TestPaymentProvider;
let receiver: Server;
const heard: { readonly signature: string; readonly id: string }[] = [];
let florist: ConsoleAccount;
let advertiserId = 0;

const lastDayOfMonth = addDays(`${budgetDayOf(Date.now()).slice(0, 7)}-01`, -1);

beforeAll(async () => {
  if (!hasBrowser) return;
  const secret = () => randomBytes(32).toString("hex");
  provider = await startTestPaymentProvider(secret(), secret());
  receiver = createServer((request, response) => {
    const signature = String(request.headers["atelier-signature"]);
    heard.push({ signature, id: String(request.headers["atelier-event-id"]) });
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  world = await startConsole({
    PAYMENT_PROVIDER_URL: provider.url,
    PAYMENT_PROVIDER_KEY: provider.apiKey,
    PAYMENT_WEBHOOK_SECRET: provider.webhookSecret,
    SELLER_NAME: "Régie d'essai",
    SELLER_ADDRESS: "1 rue de la Paix, 75002 Paris",
    SELLER_SIREN: "521724336",
    SELLER_VAT_NUMBER: "FR12521724336",
    LINK_CHECKS: "loopback",
  });
  provider.tellAt(`${world.url}/v1/payment-events`);
  await openShop();
}, 240_000);
afterAll(async () => {
  await world?.close();
  await provider?.close();
  receiver?.closeAllConnections();
  receiver?.close();
});

/** A florist with an organisation of her own, and what her campaign showed last month. */
async function openShop(): Promise<void> {
  const { system } = world;
  const made = await system.create("/v1/organizations", { name: "Chez Jeanne", kind: "shop" });
  const organizationId = made.organizationId ?? 0;
  const shop = { name: "Les fleurs de Jeanne", trade: "fleuriste", organizationId };
  const limit = { balanceMicros: 20_000_000 };
  advertiserId = (await system.create("/v1/advertisers", { ...shop, ...limit })).advertiserId ?? 0;
  const body = campaignBody({ advertiserId, name: "Toussaint", startsOn: "2026-01-01" });
  const campaignId = (await system.create("/v1/campaigns", body)).campaignId ?? 0;
  const rows = Array.from({ length: 200 }, (_, index) =>
    ledgerRow({
      advertiserId,
      campaignId,
      eventId: `money-${index}`,
      amountMicros: 6_000,
      budgetDay: lastDayOfMonth,
    }),
  );
  await admitToLedger(system.server.stores.db, rows);
  florist = await world.invite("admin", organizationId);
  await system.create("/v1/advertisers", { name: "Garage du Pont", trade: "garage" });
}

const dialogOf = (page: Page, name: string) => page.getByRole("dialog", { name });
const balance = (page: Page) => page.getByRole("region", { name: "Solde" });

describe.skipIf(!hasBrowser)("billing", () => {
  test("a florist says who pays, pays in, and sees her balance move", async () => {
    const { page, context, watch, close } = await world.open({ path: "/billing", as: florist });
    await balance(page).getByText("18,80 €").waitFor();
    await page.getByRole("button", { name: "Ajouter" }).click();
    const details = dialogOf(page, "Coordonnées de facturation");
    await details.getByLabel("Raison sociale").fill("Jeanne Laval");
    await details.getByLabel("Adresse", { exact: true }).fill("3 rue de la Boucherie");
    await details.getByLabel("Code postal").fill("87000");
    await details.getByLabel("Ville").fill("Limoges");
    await details.getByLabel("SIREN").fill("732 829");
    await details.getByRole("button", { name: "Enregistrer" }).click();
    await details.getByText("Il faut 9 chiffres.").waitFor();
    await shoot(page, "billing-details");
    await details.getByLabel("SIREN").fill("732 829 320");
    await details.getByRole("button", { name: "Enregistrer" }).click();
    await page.getByText("SIREN 732829320").waitFor();

    await page.getByRole("button", { name: "Verser" }).click();
    const pay = dialogOf(page, "Verser sur le compte");
    await pay.getByLabel("Montant hors taxes").fill("0");
    await pay.getByRole("button", { name: "Continuer" }).click();
    await pay.getByText("Indiquez un montant d’au moins un centime.").waitFor();
    await pay.getByLabel("Montant hors taxes").fill("50,50");
    await pay.getByRole("button", { name: "Continuer" }).click();
    await pay.getByText("À payer : 60,60 €, dont 10,10 € de TVA.").waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await shoot(page, "billing-pay");
    const opened = context.waitForEvent("page");
    await pay.getByRole("link", { name: "Payer 60,60 €" }).click();
    await (await opened).getByRole("heading", { name: "C’est payé" }).waitFor();
    await page.getByRole("cell", { name: "Payé", exact: false }).first().waitFor();
    await balance(page).getByText("69,30 €").waitFor();
    await shoot(page, "billing-paid", true);
    expectQuiet(watch);
    await close();
  }, 120_000);

  test("the operator closes the month; the invoice is read, and taken as PDF and CSV", async () => {
    const { page, watch, close } = await world.open({ path: "/billing" });
    await page.getByRole("button", { name: "Clore un mois" }).click();
    const dialog = dialogOf(page, "Clore un mois");
    await dialog.getByRole("button", { name: "Émettre les factures" }).click();
    await dialog.getByText("Documents émis : 1.").waitFor();
    await dialog.getByRole("button", { name: "Émettre les factures" }).click();
    await dialog.getByText("Rien à émettre : ce mois est clos.").waitFor();
    await shoot(page, "billing-close");
    await dialog.getByRole("button", { name: "Fermer" }).last().click();
    const row = page.getByRole("row").filter({ hasText: "Les fleurs de Jeanne" });
    await row.getByText("1,44 €").waitFor();
    const download = page.waitForEvent("download");
    await row.getByRole("link", { name: /^PDF de la facture/ }).click();
    expect((await download).suggestedFilename()).toMatch(/^F\d{4}-\d{6}\.pdf$/);
    await row.getByRole("link", { name: /^F\d{4}-/ }).click();
    await page.getByRole("heading", { level: 1, name: /^Facture F/ }).waitFor();
    await page.getByText(/200\saffichages,\s6,00\s€ le mille/).waitFor();
    await page.getByText("Total TTC").waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await shoot(page, "billing-invoice", true);
    expectQuiet(watch);
    await close();
  }, 120_000);

  test("the operator gives back and lends, and is told what is too much", async () => {
    const { page, watch, close } = await world.open({ path: "/billing" });
    await page.getByLabel("Compte de l’annonceur").fill("jeanne");
    await page.getByRole("option", { name: "Les fleurs de Jeanne" }).click();
    await page.getByRole("button", { name: /^Rembourser le versement/ }).click();
    const refund = dialogOf(page, "Rembourser un versement");
    await refund.getByRole("button", { name: "Rembourser" }).click();
    await refund.getByText("Cette valeur est nécessaire.").waitFor();
    await refund.getByLabel("Montant hors taxes").fill("10");
    await refund.getByLabel("Motif").fill("Boutique fermée");
    await refund.getByRole("button", { name: "Rembourser" }).click();
    await page.getByRole("cell", { name: /10,00 € remboursés/ }).waitFor();
    await page.getByRole("button", { name: "Changer le découvert" }).click();
    const credit = dialogOf(page, "Découvert autorisé");
    await credit.getByLabel("Montant").fill("35");
    await credit.getByRole("button", { name: "Enregistrer" }).click();
    // 50.50 paid in, 10 given back, 1.20 spent, 35 lent.
    await balance(page).getByText("74,30 €").waitFor();
    expectQuiet(watch);
    await close();
  }, 120_000);

  test("what is away is said, and asked for again at one click", async () => {
    const { page, close } = await world.open({ path: "/campaigns", as: florist });
    await page.route("**/v1/invoices?**", (route) => route.abort());
    await page.getByRole("link", { name: "Facturation" }).click();
    const notice = page.getByRole("alert").filter({ hasText: "Le serveur ne répond pas" });
    await notice.waitFor({ timeout: 30_000 });
    expect(await axeProblems(page)).toEqual([]);
    await shoot(page, "billing-away", true);
    await page.unroute("**/v1/invoices?**");
    await notice.getByRole("button", { name: "Réessayer" }).click();
    await page.getByRole("link", { name: /^F\d{4}-/ }).waitFor();
    await close();
  }, 120_000);
});

describe.skipIf(!hasBrowser)("webhooks", () => {
  const takeSecret = async (page: Page): Promise<string> => {
    const dialog = dialogOf(page, "Secret du webhook");
    const secret = await dialog.getByLabel("Secret du webhook").inputValue();
    await dialog.getByRole("button", { name: "C’est noté" }).click();
    return secret;
  };
  const act = async (page: Page, name: string) => {
    await page.getByRole("button", { name: "Autres actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };

  test("one is added, tried, gets another secret, is switched off and deleted", async () => {
    const { page, watch, close } = await world.open({ path: "/webhooks", as: florist });
    await page.getByRole("heading", { name: "Aucun webhook" }).waitFor();
    await page.getByRole("button", { name: "Ajouter un webhook" }).click();
    const dialog = dialogOf(page, "Ajouter un webhook");
    await dialog.getByLabel("Adresse").fill("ftp://exemple.fr");
    await dialog.getByRole("button", { name: "Ajouter" }).click();
    await dialog.getByText("Écrivez une adresse qui commence par https://.").waitFor();
    await shoot(page, "webhooks-form");
    expect(await axeProblems(page)).toEqual([]);
    const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/atelier`;
    await dialog.getByLabel("Adresse").fill(address);
    await dialog.getByRole("checkbox", { name: /Campagne en retard/ }).click();
    await dialog.getByRole("button", { name: "Ajouter" }).click();
    const first = await takeSecret(page);
    await page.getByRole("link", { name: address }).click();
    await page.getByRole("heading", { level: 1, name: "Webhook" }).waitFor();

    await page.getByRole("button", { name: "Envoyer un essai" }).click();
    const row = page.getByRole("row").filter({ hasText: "Essai" });
    await row.getByText("Reçu").waitFor({ timeout: 30_000 });
    expect(heard.at(-1)?.signature).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    const tried = heard.length;
    await row.getByRole("button", { name: /^Renvoyer/ }).click();
    await until(() => heard.length > tried);
    expect(heard.at(-1)?.id).toBe(heard.at(-2)?.id);
    expect(await axeProblems(page)).toEqual([]);
    await shoot(page, "webhook", true);

    await act(page, "Renouveler le secret");
    await dialogOf(page, "Renouveler le secret")
      .getByRole("button", { name: "Renouveler le secret" })
      .click();
    expect(await takeSecret(page)).not.toBe(first);
    await act(page, "Couper");
    await page.getByText("Coupé", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Envoyer un essai" }).isDisabled()).toBe(true);
    await act(page, "Supprimer");
    await dialogOf(page, "Supprimer").getByRole("button", { name: "Supprimer" }).click();
    await page.getByRole("heading", { name: "Aucun webhook" }).waitFor();
    expectQuiet(watch);
    await close();
  }, 120_000);
});

describe.skipIf(!hasBrowser)("organisations", () => {
  test("one is added, its first person invited, closed and opened again", async () => {
    const { page, watch, close } = await world.open({ path: "/organizations" });
    await page.getByRole("button", { name: "Ajouter une organisation" }).click();
    const dialog = dialogOf(page, "Ajouter une organisation");
    await dialog.getByRole("button", { name: "Ajouter" }).click();
    await dialog.getByText("Cette valeur est nécessaire.").waitFor();
    await dialog.getByLabel("Nom").fill("Agence des Ponts");
    await dialog.getByRole("button", { name: "Ajouter" }).click();
    // Whoever adds one invites its people next.
    await page.getByRole("heading", { level: 1, name: "Accès" }).waitFor();
    await page.getByRole("heading", { name: "Personne pour l’instant" }).waitFor();
    const organizationId = Number(new URL(page.url()).searchParams.get("organization"));
    const person = await world.invite("admin", organizationId);
    const enter = async () =>
      (
        await fetch(`${world.url}/v1/sessions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ email: person.email, password: person.password }),
        })
      ).status;
    expect(await enter()).toBe(201);
    await page.getByRole("link", { name: "Organisations" }).click();
    const row = page.getByRole("row").filter({ hasText: "Agence des Ponts" });
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Fermer" }).click();
    await dialogOf(page, "Fermer").getByRole("button", { name: "Fermer" }).last().click();
    await row.getByText("Fermée").waitFor();
    expect(await enter()).toBe(401);
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Rouvrir" }).click();
    await row.getByText("Ouverte").waitFor();
    expect(await enter()).toBe(201);
    expectQuiet(watch);
    await close();
  }, 120_000);

  test("are not the page of whoever has one alone", async () => {
    const { page, watch, close } = await world.open({ path: "/organizations", as: florist });
    await page.getByText("Cette page n’est pas ouverte à votre compte").waitFor();
    expect(await page.getByRole("link", { name: "Organisations" }).count()).toBe(0);
    expectQuiet(watch);
    await close();
  }, 60_000);
});

describe.skipIf(!hasBrowser)("how it looks", () => {
  const pages = [
    ["/billing", "Facturation", "Billing"],
    ["/webhooks", "Webhooks", "Webhooks"],
    ["/organizations", "Organisations", "Organisations"],
  ] as const;
  test.each(consoleLooks)(
    "on a %s in a %s theme, in French and in English, has no barriers and fits",
    async (size, scheme) => {
      for (const language of ["fr", "en"] as const) {
        const { page, watch, close } = await world.open({ size, scheme, language });
        for (const [path, fr, en] of pages) {
          await page.goto(`${world.url}/console${path}`);
          const name = language === "fr" ? fr : en;
          await page.getByRole("heading", { level: 1, name }).waitFor();
          await page.locator('[role="status"] .mantine-Skeleton-root').first().waitFor({
            state: "detached",
          });
          await page.evaluate("document.fonts.ready");
          await shoot(page, `money${path.replace("/", "-")}-${language}-${size}-${scheme}`, true);
          expect(await axeProblems(page), path).toEqual([]);
          await expectFits(page);
        }
        expectQuiet(watch);
        await close();
      }
    },
    120_000,
  );
});
