import { join } from "node:path";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bidBody } from "../../support/bids.ts";
import { browser } from "../../support/browser.ts";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { type StartedProcess, startProcess } from "../../support/process.ts";
import { openProxiedStores, type ProxiedStores } from "../../support/stores.ts";
import { until } from "../../support/until.ts";
import { writeTcString } from "../../unit/consent/writeTcString.ts";

/** A server as in production, both processes, told to log all that it can; everything secret or personal passes through it. */
const main = join(import.meta.dirname, "..", "..", "..", "src", "main.ts");
const origin = "https://ads.example";
/** By what it is: what must not be in the log. Answers of the server add to it. */
const kept: Record<string, string> = {
  TOKEN_SECRET: "secret-of-tokens-3f1c9b7e2a-4711-4711",
  VISITOR_SECRET: "secret-of-visitors-8d2e4a6c1b-4711-47",
  METRICS_TOKEN: "secret-of-metrics-5a7c9e1b3d-4711-471",
  PAYMENT_WEBHOOK_SECRET: "secret-of-payments-1b3d5f7a9c-4711-471",
  "AWS key": "AKIASECRETOFTHETEST0",
  "AWS secret": "aws-secret-of-the-test-7e9b1d3f5a",
  "a visitor": "visiteuse-jeanne-4711",
  "an address": "203.0.113.77",
  "the same address as IPv6": "2001:db8:4711:77::9",
  "a place": "45.833619",
  "a user agent": "TelephoneDeJeanne/7.3",
  "a mail address": "jeanne.martin@agence.example",
  "a password": "le cheval de Jeanne 4711",
  "a wrong password": "mauvais mot de passe 4711",
  "an order": "commande-4711-jeanne",
  "an unknown key": `atl_${"Z".repeat(43)}`,
  "a forged token": "jeton-forge-4711",
  "a body that is no JSON": "corps-casse-4711",
  "a strange path": "chemin-etrange-4711",
  "a consent string": writeTcString({
    purposesConsent: [1, 2, 3, 4, 7, 9, 10],
    vendorConsents: { field: [1], maxVendorId: 1 },
  }),
};

let stores: ProxiedStores;
let server: StartedProcess;
let url = "";
let adminKey = "";

beforeAll(async () => {
  stores = await openProxiedStores();
  adminKey = await stores.giveKey("admin");
  server = startProcess(process.execPath, [main, "serve"], {
    env: {
      PATH: process.env.PATH,
      ...stores.environment,
      PUBLIC_URL: origin,
      AWS_ACCESS_KEY_ID: kept["AWS key"],
      AWS_SECRET_ACCESS_KEY: kept["AWS secret"],
      TOKEN_SECRET: kept.TOKEN_SECRET,
      VISITOR_SECRET: kept.VISITOR_SECRET,
      METRICS_TOKEN: kept.METRICS_TOKEN,
      PAYMENT_WEBHOOK_SECRET: kept.PAYMENT_WEBHOOK_SECRET,
      INVALID_TRAFFIC: "filter",
      ACCESS_LOG_EVERY: "1",
      LOG_LEVEL: "trace",
    },
  });
  const [, port] = await server.waitForLine(/Serving on \S*:(\d+)/);
  url = `http://127.0.0.1:${port}`;
  await until(async () => (await request(url).get("/readyz")).body.status === "ready");
}, 90_000);
afterAll(async () => {
  server?.kill("SIGKILL");
  await stores?.close();
});

const person = () => ({
  "x-forwarded-for": `${kept["an address"]}`,
  "user-agent": `${browser} ${kept["a user agent"]}`,
  referer: `https://journal.example/?q=${kept["a visitor"]}`,
});
const asAdmin = () => ({ authorization: `Bearer ${adminKey}`, ...person() });
const post = (path: string, body: object, headers: Readonly<Record<string, string>> = asAdmin()) =>
  request(url).post(path).set(headers).send(body);
const created = async (path: string, body: object) => {
  const answer = await post(path, body);
  expect([path, answer.status, answer.text.slice(0, 200)]).toEqual([path, 201, expect.anything()]);
  return answer.body;
};
const adsBody = () => ({
  visitor: { id: kept["a visitor"], gdpr: true, consent: kept["a consent string"] },
  place: {
    search: { postalCode: "87000" },
    device: { lat: Number(kept["a place"]), lon: 1.261123, accuracyMeters: 20 },
  },
  page: { url: `https://journal.example/${kept["a visitor"]}`, keywords: ["clio"] },
  placements: [{ id: "top" }],
});

test("a run in which everything passes through leaves nothing of it in the log", async () => {
  kept["an API key"] = adminKey;
  kept["the database's password"] =
    new URL(stores.environment.DATABASE_URL ?? "").password || "nobody-has-this-one";
  const { key } = await created("/v1/keys", { role: "reader", label: "lecture" });
  kept["another API key"] = key;
  const { invitationToken } = await created("/v1/users", {
    role: "admin",
    name: "Jeanne Martin",
    email: kept["a mail address"],
  });
  kept["an invitation"] = invitationToken;
  const password = kept["a password"];
  await post("/v1/invitations/accept", { token: invitationToken, password }, person());
  const email = kept["a mail address"];
  const wrong = { email, password: kept["a wrong password"] };
  expect((await post("/v1/sessions", wrong, person())).status).toBe(401);
  const session = await post("/v1/sessions", { email, password }, person());
  expect(session.status).toBe(201);
  const cookie = String(session.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
  kept["a session"] = cookie.split("=")[1] ?? "";
  await request(url)
    .get("/v1/me")
    .set({ ...person(), cookie })
    .expect(200);

  const { signingSecret } = await created("/v1/sites", { name: "Journal" });
  kept["a site's secret"] = signingSecret;
  const { key: sspKey } = await created("/v1/ssps", { name: "echange" });
  kept["an exchange's key"] = sspKey;
  const hook = await post("/v1/webhooks", {
    url: "https://hooks.example.com/atelier?jeton=crochet-4711",
    events: ["campaign.approved"],
  });
  kept["a webhook's token"] = "crochet-4711";
  if (typeof hook.body.secret === "string") kept["a webhook's secret"] = hook.body.secret;
  const shop = { name: "Boutique", payerName: "Boutique", trade: "garage" };
  const { advertiserId } = await created("/v1/advertisers", { ...shop, balanceMicros: 9_000_000 });
  const { campaignId } = await created(
    "/v1/campaigns",
    campaignBody({ advertiserId, pacing: "asap" }),
  );
  await created("/v1/creatives", nativeBody({ campaignId }));

  const filled = async () => {
    const answer = await post("/v1/ads", adsBody(), person());
    return answer.body.placements?.[0]?.ads[0];
  };
  await until(async () => (await filled()) !== undefined);
  const ad = await filled();
  for (const kind of ["impression", "viewable", "click"]) {
    const { pathname } = new URL(ad.tracking[kind]);
    kept[`a token of a ${kind}`] = pathname.split("/")[3] ?? "";
    await request(url).get(pathname).set(person()).redirects(0);
  }
  await useTheRest(advertiserId, sspKey);
  await breakThings();

  // The switch, and one more line, so that all before it has been written.
  const last = "le-dernier-de-tous";
  await request(url).get("/healthz").set("x-request-id", last);
  await until(() => server.output().includes(last));
  const log = server.output();
  expect(log).toContain('"route":"/v1/ads"');
  expect(log).toMatch(/"level":(10|20)/);
  for (const [what, value] of Object.entries(kept)) {
    expect(value.length, what).toBeGreaterThan(7);
    expect(log.includes(value) ? `the log has ${what}` : "", what).toBe("");
    expect(log.includes(encodeURIComponent(value)), what).toBe(false);
    expect(log.includes(Buffer.from(value).toString("base64url")), what).toBe(false);
  }
}, 120_000);

async function useTheRest(advertiserId: number, sspKey: string): Promise<void> {
  const visitor = kept["a visitor"];
  const activity = {
    eventId: crypto.randomUUID(),
    kind: "page_view",
    category: "vehicules/voitures",
  };
  await post("/v1/activity", { visitor: adsBody().visitor, event: activity }, person());
  await request(url).get(`/v1/visitors/${visitor}`).set(asAdmin());
  await request(url).delete(`/v1/visitors/${visitor}`).set(asAdmin());
  const order = { orderId: kept["an order"], valueMicros: 1_000_000 };
  await post("/v1/conversions", { advertiserId, conversions: [order] });
  const device = {
    ...bidBody().device,
    ip: kept["an address"],
    ipv6: kept["the same address as IPv6"],
  };
  const bid = bidBody({ device, user: { buyeruid: visitor, consent: kept["a consent string"] } });
  await post("/openrtb2/bid/echange", bid, { authorization: `Bearer ${sspKey}`, ...person() });
  await request(url)
    .get("/metrics")
    .set({ authorization: `Bearer ${kept.METRICS_TOKEN}` })
    .expect(200);
  await request(url)
    .put("/v1/live-settings")
    .set(asAdmin())
    .send({ logLevel: "trace", forMinutes: 5 });
}

/** Faults are where texts of others end up in logs. */
async function breakThings(): Promise<void> {
  const headers = person();
  await request(url)
    .get("/v1/campaigns")
    .set({ authorization: `Bearer ${kept["an unknown key"]}` });
  await request(url).get(`/t/c/${kept["a forged token"]}`).set(headers);
  await request(url).get(`/v1/${kept["a strange path"]}?q=${kept["a mail address"]}`).set(headers);
  await request(url)
    .post("/v1/ads")
    .set({ ...headers, "content-type": "application/json" })
    .send(`{"visitor":"${kept["a body that is no JSON"]}`);
  for (const store of [stores.postgres, stores.redis, stores.dynamodb]) store.cut();
  for (let times = 0; times < 3; times++) {
    await post("/v1/ads", adsBody(), headers);
    await request(url).get("/v1/campaigns").set(asAdmin());
    await post(
      "/v1/sessions",
      { email: kept["a mail address"], password: kept["a password"] },
      headers,
    );
    await request(url).delete(`/v1/visitors/${kept["a visitor"]}`).set(asAdmin());
    await post("/openrtb2/bid/echange", bidBody(), headers);
  }
}
