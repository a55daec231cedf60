import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeInvoices } from "../../src/commands/closeInvoices.ts";
import {
  startTestPaymentProvider,
  type TestPaymentProvider,
} from "../../src/embedded/testPaymentProvider.ts";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { findCampaign } from "../../src/targeting/snapshot.ts";
import { campaignBody } from "../support/campaignBodies.ts";
import { ledgerRow } from "../support/ledgerRows.ts";
import { type System, startSystem } from "../support/system.ts";
import { withKey } from "../support/tenants.ts";
import { until } from "../support/until.ts";

let system: System;
let provider: TestPaymentProvider;
let events = 0;

const seller = {
  SELLER_NAME: "Régie d'essai",
  SELLER_ADDRESS: "1 rue de la Paix, 75002 Paris",
  SELLER_SIREN: "521724336",
  SELLER_VAT_NUMBER: "FR12521724336",
};

beforeAll(async () => {
  const secret = () => randomBytes(32).toString("hex");
  provider = await startTestPaymentProvider(secret(), secret());
  system = await startSystem({
    PAYMENT_PROVIDER_URL: provider.url,
    PAYMENT_PROVIDER_KEY: provider.apiKey,
    PAYMENT_WEBHOOK_SECRET: provider.webhookSecret,
    ...seller,
  });
  provider.tellAt(`${system.url}/v1/payment-events`);
});
afterAll(async () => {
  await system?.close();
  await provider?.close();
});

const asked = (method: "get" | "put", path: string, key = system.adminKey) =>
  request(system.url)[method](path).set(withKey(key));
const put = (path: string, body: object) => asked("put", path).send(body);
const accountOf = async (id: number) => (await asked("get", `/v1/advertisers/${id}/account`)).body;

async function openShop(creditLimitMicros: number | null = 0): Promise<number> {
  const { advertiserId = 0 } = await system.create("/v1/advertisers", {
    name: "Garage d'été",
    trade: `métier ${++events}`,
    balanceMicros: creditLimitMicros,
  });
  return advertiserId;
}

async function openCampaign(advertiserId: number, name = "Révision"): Promise<number> {
  const body = campaignBody({ advertiserId, name, dailyBudgetMicros: 900_000_000 });
  return (await system.create("/v1/campaigns", body)).campaignId ?? 0;
}

/** A payment that is there and not paid, and what the provider calls it. */
async function order(advertiserId: number, netMicros: number) {
  const { status, body } = await system.post(`/v1/advertisers/${advertiserId}/payments`, {
    netMicros,
  });
  expect(status).toBe(201);
  return { ...body, providerId: body.checkoutUrl.split("/").at(-1) as string };
}

/** Charges as the drainer writes them; answers how many of them were taken. */
async function charge(
  ids: { advertiserId: number; campaignId: number },
  prices: readonly number[],
  budgetDay = "2026-06-01",
) {
  const rows = prices.map((amountMicros) =>
    ledgerRow({ ...ids, eventId: `bill-${++events}`, amountMicros, budgetDay }),
  );
  const admitted = await admitToLedger(system.server.stores.db, rows);
  return admitted.reduce((sum, { reason, rows: count }) => sum + (reason === null ? count : 0), 0);
}

describe("paying in", () => {
  test("counts once the provider tells it, once, whatever it tells twice, late or wrongly", async () => {
    const advertiserId = await openShop();
    const payment = await order(advertiserId, 100_000_000);
    expect(payment).toMatchObject({ status: "pending", totalCents: 12_000, vatCents: 2_000 });
    expect(await accountOf(advertiserId)).toMatchObject({ paidInMicros: 0, availableMicros: 0 });
    const event = (id: string, kind: string, amountCents: number, currency = "EUR") => ({
      id,
      type: `payment.${kind}`,
      payment: { id: payment.providerId, amountCents, currency },
    });
    const told = async (one: object) => (await provider.tell(one)).body;
    expect(await told(event("e-1", "paid", 11_999))).toEqual({ outcome: "amount_differs" });
    expect(await told(event("e-2", "paid", 12_000, "USD"))).toEqual({ outcome: "amount_differs" });
    expect(await told(event("e-3", "failed", 12_000))).toEqual({ outcome: "applied" });
    const many = Array.from({ length: 8 }, () => told(event("e-4", "paid", 12_000)));
    const outcomes = (await Promise.all(many)).map((one) => (one as { outcome: string }).outcome);
    expect(outcomes.toSorted()).toEqual(["applied", ...Array(7).fill("known")]);
    expect(await told(event("e-5", "paid", 12_000))).toEqual({ outcome: "known" });
    expect(await told(event("e-6", "failed", 12_000))).toEqual({ outcome: "too_late" });
    expect(await accountOf(advertiserId)).toMatchObject({
      paidInMicros: 100_000_000,
      balanceMicros: 100_000_000,
      creditLimitMicros: 0,
      availableMicros: 100_000_000,
    });
    const { body } = await asked("get", `/v1/advertisers/${advertiserId}/payments`);
    expect(body.items).toMatchObject([{ paymentId: payment.paymentId, status: "paid" }]);
  });

  test("is told by nobody but the provider, and of no payment that is not ours", async () => {
    const late = await provider.tell({ id: "x" }, Date.now() - 301_000);
    expect(late.status).toBe(401);
    const unsigned = await request(system.url).post("/v1/payment-events").send({ id: "x" });
    expect(unsigned.status).toBe(401);
    const payment = { id: "pay_unknown", amountCents: 1, currency: "EUR" };
    expect((await provider.tell({ id: "e-7", type: "payment.paid", payment })).status).toBe(404);
    const long = await request(system.url)
      .post("/v1/payment-events")
      .send({ id: "x".repeat(20_000) });
    expect(long.status).toBe(413);
  });

  test("lets a shop without money serve soon: half a second where the machine does nothing else", async () => {
    const campaignId = await system.openShop();
    const { body: campaign } = await asked("get", `/v1/campaigns/${campaignId}`);
    const { advertiserId } = campaign;
    await put(`/v1/advertisers/${advertiserId}/credit-limit`, { creditLimitMicros: 0 }).expect(200);
    const { snapshot } = system.server.jobs.state;
    const limitOf = () => findCampaign(snapshot(), campaignId)?.balanceMicros;
    await until(() => limitOf() === 0);
    const { providerId } = await order(advertiserId, 50_000_000);
    const beganMs = performance.now();
    await provider.settle(providerId, "paid");
    await until(() => limitOf() === 50_000_000);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });
});

describe("spending and paying at once", () => {
  test("never takes a balance below the credit limit, nor loses a cent of what was paid", async () => {
    const advertiserId = await openShop();
    const campaignId = await openCampaign(advertiserId);
    const ids = { advertiserId, campaignId };
    await put(`/v1/advertisers/${advertiserId}/credit-limit`, { creditLimitMicros: 30_000 });
    const orders = await Promise.all([1, 2, 3, 4].map(() => order(advertiserId, 50_000)));
    const lowest: number[] = [];
    const look = async () => void lowest.push((await accountOf(advertiserId)).balanceMicros);
    const spend = Array.from({ length: 12 }, (_, at) => charge(ids, [7_000, 1_000 + at * 977]));
    const pay = orders.flatMap(({ providerId }) => [
      provider.settle(providerId, "paid"),
      provider.settle(providerId, "paid"),
    ]);
    const refund = orders.map(({ paymentId }) =>
      system.post(`/v1/payments/${paymentId}/refunds`, {
        refundKey: "r-1",
        netMicros: 20_000,
        reason: "essai",
      }),
    );
    const looks = Array.from({ length: 6 }, look);
    const refunded = await Promise.all(refund);
    await Promise.all([...spend, ...pay, ...looks]);
    await charge(ids, Array(80).fill(5_000));
    await look();
    const given = refunded.filter(({ status }) => status === 201).length;
    expect(refunded.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const account = await accountOf(advertiserId);
    expect(account.paidInMicros).toBe(200_000 - given * 20_000);
    expect(Math.min(...lowest)).toBeGreaterThanOrEqual(-30_000);
    // All of it can be spent, but for what is less than the price of one more.
    expect(account.availableMicros).toBeGreaterThanOrEqual(0);
    expect(account.availableMicros).toBeLessThan(5_000);
    const { rows } = await sql<{ sum: string }>`select sum(amount_micros) from account_entries
      where advertiser_id = ${advertiserId}`.execute(system.server.stores.db);
    expect(Number(rows[0]?.sum)).toBe(account.paidInMicros);
  });

  test("a refund gives back what was not spent, once; what the provider declines returns", async () => {
    const advertiserId = await openShop();
    const campaignId = await openCampaign(advertiserId);
    const { paymentId, providerId } = await order(advertiserId, 1_000_000);
    const give = (refundKey: string, netMicros: number, key?: string) =>
      system.post(
        `/v1/payments/${paymentId}/refunds`,
        { refundKey, netMicros, reason: "fermée" },
        key,
      );
    expect((await give("r-1", 10_000)).status).toBe(409);
    await provider.settle(providerId, "paid");
    await charge({ advertiserId, campaignId }, [400_000]);
    const tooMuch = await give("r-1", 610_000);
    expect(tooMuch.body.errors).toEqual([
      { pointer: "/netMicros", rule: "must be at most 600000" },
    ]);
    expect((await give("r-1", 200_000)).body).toMatchObject({ status: "done", totalCents: 24 });
    expect((await give("r-1", 200_000)).status).toBe(200);
    expect((await give("r-1", 100_000)).status).toBe(409);
    expect((await accountOf(advertiserId)).balanceMicros).toBe(400_000);
    // The provider knows of 98 cents that were given back another way: 22 of 120 are left.
    await fetch(`${provider.url}/payments/${providerId}/refunds`, {
      method: "POST",
      headers: { authorization: `Bearer ${provider.apiKey}`, "idempotency-key": providerId },
      body: JSON.stringify({ amountCents: 74 }),
    });
    expect((await give("r-2", 200_000)).body).toMatchObject({ status: "declined" });
    expect((await accountOf(advertiserId)).balanceMicros).toBe(400_000);
    const entries = sql`update account_entries set amount_micros = 1`;
    await expect(entries.execute(system.server.stores.db)).rejects.toThrow(/stay as they are/);
  });
});

describe("closing a month", () => {
  const close = (month: string, advertiserIds: readonly number[]) =>
    system.post("/v1/invoices", { month, advertiserIds });

  test("invoices what the ledger says to the micro, once, and credits as notes; late charges come next", async () => {
    const advertiserId = await openShop(null);
    const ids = { advertiserId, campaignId: await openCampaign(advertiserId, "=Été & cœur") };
    await put(`/v1/advertisers/${advertiserId}/billing-details`, {
      legalName: "Garage d'Été SARL",
      addressLines: ["12 rue de l'Église"],
      postalCode: "97400",
      city: "Saint-Denis",
    }).expect(200);
    await charge(ids, [5_003, 5_003, 7_001], "2026-05-31");
    await charge(ids, [1_234_567], "2026-06-01");
    const may = await close("2026-05", [advertiserId]);
    expect(may.body).toMatchObject({
      isDone: true,
      issued: [{ kind: "invoice", exactMicros: 17_007, netCents: 2, vatCents: 0, totalCents: 2 }],
    });
    expect((await close("2026-05", [advertiserId])).body.issued).toEqual([]);
    await charge(ids, [5_003], "2026-05-31");
    const credit = { creditId: "c-1", day: "2026-05-31", amountMicros: 7_001, reason: "robot" };
    await system.create(`/v1/campaigns/${ids.campaignId}/credits`, credit);
    const june = (await close("2026-06", [advertiserId])).body.issued;
    const numberOfMay = may.body.issued[0].number;
    // 1.239570 less 0.002993 that May had rounded up: 123.66 cents; 8.5 % of 124.
    expect(june).toMatchObject([
      { kind: "invoice", exactMicros: 1_239_570, netCents: 124, vatCents: 11 },
      {
        kind: "credit_note",
        exactMicros: -7_001,
        netCents: -1,
        number: expect.stringMatching(/^A/),
      },
    ]);
    const note = (await asked("get", `/v1/invoices/${june[1].invoiceId}`)).body;
    expect(note.corrects).toContain(numberOfMay);
    const { rows } = await sql<{ ledger: number; issued: number }>`select
      (select sum(amount_micros)::bigint from ledger where advertiser_id = ${advertiserId}) as ledger,
      (select sum(net_cents * 10000)::bigint + (array_agg(carried_out_micros order by id desc))[1]
        from invoices where advertiser_id = ${advertiserId}) as issued`.execute(
      system.server.stores.db,
    );
    expect(rows[0]?.issued).toBe(rows[0]?.ledger);
    const pdf = await asked("get", `/v1/invoices/${june[0].invoiceId}.pdf`).buffer(true);
    expect(pdf.headers["content-type"]).toBe("application/pdf");
    expect(pdf.body.subarray(0, 5).toString()).toBe("%PDF-");
    const csv = (await asked("get", `/v1/invoices/${june[0].invoiceId}.csv`)).text;
    expect(csv).toContain(`;"'=Été & cœur";31/05/2026;01/06/2026;Limoges et 10 km autour;`);
    const unfinished = await close("2099-01", [advertiserId]);
    expect(unfinished.status).toBe(409);
  });

  test("numbers without a gap whoever closes at once, and nobody changes what was issued", async () => {
    const ids = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const advertiserId = await openShop(null);
        await charge({ advertiserId, campaignId: await openCampaign(advertiserId) }, [9_999]);
        return advertiserId;
      }),
    );
    const closings = await Promise.all([1, 2, 3].map(() => close("2026-06", ids)));
    const issued = closings.flatMap(({ body }) => body.issued.map((one: object) => one));
    expect(issued.map((one: { advertiserId: number }) => one.advertiserId).toSorted()).toEqual(
      ids.toSorted(),
    );
    const { db } = system.server.stores;
    const { rows } = await sql<{ number: number }>`select number from invoices where series = 'F'
      order by id`.execute(db);
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_row, at) => at + 1));
    for (const change of [
      sql`update invoices set month = '2026-01'`,
      sql`delete from invoice_items`,
    ])
      await expect(change.execute(db)).rejects.toThrow(/stay as they are/);
  });

  test("by the command says what it issued, and again that there is nothing", async () => {
    const advertiserId = await openShop(null);
    await charge({ advertiserId, campaignId: await openCampaign(advertiserId) }, [12_340_000]);
    const run = async () => {
      const said: string[] = [];
      const environment = { ...system.stores.environment, ...seller };
      await closeInvoices(environment, ["2026-06"], (line) => said.push(line));
      return said;
    };
    expect(await run()).toContainEqual(
      expect.stringMatching(`^F\\d{4}-\\d{6}  advertiser ${advertiserId}  14.81 EUR with VAT$`),
    );
    expect(await run()).toEqual(["2026-06: 0 documents, 0 micros before VAT"]);
  });
});
