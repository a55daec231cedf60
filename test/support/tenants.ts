import { sql } from "kysely";
import request from "supertest";
import type { App } from "../../src/app.ts";
import type { MountedRoute } from "../../src/routes/problem.ts";
import { insertBooks } from "./books.ts";
import { campaignBody, nativeBody } from "./campaignBodies.ts";
import { plainPicture } from "./pictures.ts";
import type { System } from "./system.ts";

/** Everything that the second tenant's things are called by, and from where on its ids count: easy to find in an answer. */
export const foreignWord = "Zebulonie";
const firstForeignId = 900_000_001;
export const foreignTraces = /zebulon|(?<!\d)900000\d{3}(?!\d)/i;

export const consoleOrigin = "https://ads.example";

/** A tenant's things by the names that paths give their ids. */
export interface Tenant {
  readonly ids: Readonly<Record<string, number>>;
  /** API keys by role. */
  readonly keys: Readonly<Record<string, string>>;
  readonly adminEmail: string;
}

export const password = "un vieux cheval à bascule";

type Body = Readonly<Record<string, unknown>>;

/** An organisation with a key of each role, an administrator who has accepted, and one of everything that it can own. */
export async function openTenant(system: System, name: string): Promise<Tenant> {
  const create = async (path: string, body: Body): Promise<Readonly<Record<string, number>>> => {
    const answer = await system.post(path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const { organizationId } = await create("/v1/organizations", { name, kind: "agency" });
  const keys: Record<string, string> = {};
  let apiKeyId = 0;
  for (const role of ["admin", "manager", "reader"]) {
    const made = await create("/v1/keys", { organizationId, role, label: `${name} ${role}` });
    keys[role] = String(made.key);
    apiKeyId = Number(made.apiKeyId);
  }
  const adminEmail = `admin@${name.toLowerCase()}.example`;
  const { userId } = await openUser(system, { organizationId, email: adminEmail, name });
  const shop = { organizationId, name: `Boutique ${name}`, trade: `métier ${name}` };
  const { advertiserId } = await create("/v1/advertisers", { ...shop, balanceMicros: 5_000_000 });
  const campaign = await create("/v1/campaigns", campaignBody({ advertiserId, name }));
  const { campaignId } = campaign;
  const { creativeId } = await create(
    "/v1/creatives",
    nativeBody({ campaignId, title: `Chez ${name}` }),
  );
  const postbackKeys = `/v1/advertisers/${advertiserId}/postback-keys`;
  const { postbackKeyId } = await create(postbackKeys, { label: `boutique ${name}` });
  const lists = `/v1/advertisers/${advertiserId}/lists`;
  const { listId } = await create(lists, listBody(name));
  const picture = await request(system.url)
    .post(`/v1/media?advertiserId=${advertiserId}&name=${name}.png`)
    .set(withKey(system.adminKey))
    .set("content-type", "application/octet-stream")
    .send(await plainPicture(1_200, 627));
  const mediaId: number = picture.body.mediaId;
  const { paymentId = 0, invoiceId = 0 } = await insertBooks(
    system.server.stores.db,
    advertiserId ?? 0,
    name,
  );
  const made = {
    paymentId,
    invoiceId,
    mediaId,
    organizationId,
    advertiserId,
    campaignId,
    creativeId,
    postbackKeyId,
    listId,
  };
  const ids = Object.fromEntries(Object.entries(made).map(([id, value]) => [id, value ?? 0]));
  return { ids: { ...ids, userId, apiKeyId }, keys, adminEmail };
}

/** Invites somebody as the operator and accepts as them. */
export async function openUser(
  system: System,
  person: Body,
): Promise<{ readonly userId: number; readonly email: string }> {
  const invited = await system.post("/v1/users", { role: "admin", ...person });
  if (invited.status !== 201) throw new Error(JSON.stringify(invited.body));
  const { userId, email, invitationToken: token } = invited.body;
  const accepted = await request(system.url)
    .post("/v1/invitations/accept")
    .send({ token, password });
  if (accepted.status !== 204) throw new Error(JSON.stringify(accepted.body));
  return { userId, email };
}

/** Logs in and answers the cookie. */
export async function logIn(system: System, email: string, given = password): Promise<string> {
  const answer = await request(system.url).post("/v1/sessions").send({ email, password: given });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return String(answer.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
}

/** Asks as somebody: with a key, or with a session as the console does. */
export type Credentials = Readonly<Record<string, string>>;
export const withKey = (key: string): Credentials => ({ authorization: `Bearer ${key}` });
export const withCookie = (cookie: string): Credentials => ({
  cookie,
  origin: consoleOrigin,
  "x-atelier-console": "1",
});

/** Ids of what tenants own are from 900,000,001 on for all that is made from now on, a block for each table. */
export async function countFromForeignIds(system: System): Promise<void> {
  const { db } = system.server.stores;
  const { rows } = await sql<{ readonly table_name: string }>`
    select table_name from information_schema.columns where is_identity = 'YES' and column_name = 'id'
      and table_schema = 'public' and data_type = 'integer'
      and table_name not in ('sites', 'placements', 'segments', 'ssps', 'sessions') order by table_name`.execute(
    db,
  );
  for (const [index, { table_name: table }] of rows.entries()) {
    const from = sql.lit(firstForeignId + index * 20);
    await sql`alter table ${sql.table(table)} alter column id restart with ${from}`.execute(db);
  }
}

export function mountedRoutes(system: System): readonly MountedRoute[] {
  const [app] = system.server.http.listeners("request") as App[];
  if (app === undefined) throw new Error("nobody listens");
  return app.routes;
}

/** Routes as single methods. */
export interface Call {
  readonly method: string;
  readonly path: string;
}

export const callsOf = (routes: readonly MountedRoute[]): readonly Call[] =>
  routes.flatMap(({ path, methods }) => [...new Set(methods)].map((method) => ({ method, path })));

/** Parameters of paths that belong to the operator, not to a tenant. */
const operatorsParameters: Readonly<Record<string, string>> = {
  siteId: "1",
  placementId: "1",
  segmentId: "1",
  name: "demo",
  month: "2026-01",
};

export const namesTenantsThing = (path: string): boolean =>
  /^\/v1\//.test(path) && parametersOf(path).some((name) => !(name in operatorsParameters));

const parametersOf = (path: string): readonly string[] =>
  [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "");

/** A path with the ids of a tenant; of things that it does not have, the first foreign id. */
export function pathFor(path: string, { ids }: Tenant): string {
  return path.replaceAll(/:(\w+)/g, (_all, name: string) =>
    String(operatorsParameters[name] ?? ids[name] ?? firstForeignId),
  );
}

/** What a route is sent: valid where it is listed, and everywhere with the tenant's own ids. */
export function bodyFor({ method, path }: Call, { ids, adminEmail }: Tenant): Body | string {
  const { organizationId, advertiserId, campaignId, creativeId, userId, mediaId } = ids;
  if (path === "/v1/campaigns/bulk")
    return linesOf(campaignBody({ advertiserId }), campaignId, { name: "Essai" });
  if (path === "/v1/creatives/bulk")
    return linesOf(nativeBody({ campaignId }), creativeId, { active: false });
  if (path.endsWith("/lists/:listId/entries")) return `{"sha256":"${"0a".repeat(32)}"}\n`;
  const bodies: Readonly<Record<string, Body>> = {
    "POST /v1/advertisers": { name: "Une boutique", trade: "métier", organizationId },
    "POST /v1/campaigns": campaignBody({ advertiserId }),
    "POST /v1/creatives": nativeBody({ campaignId }),
    "POST /v1/shop-campaigns": {
      shop: { advertiserId },
      place: { postalCode: "87000" },
      dailyBudgetMicros: 5_000_000,
      ad: { title: "Essai", text: "Essai", mediaId, landingUrl: "https://essai.example/" },
    },
    "POST /v1/conversions": { advertiserId, conversions: [{ orderId: "1" }] },
    "POST /v1/campaigns/:campaignId/credits": {
      creditId: "1",
      day: "2026-01-01",
      amountMicros: 1,
      reason: "geste",
    },
    "PUT /v1/advertisers/:advertiserId/conversion-settings": {
      clickWindowDays: 7,
      viewWindowHours: 24,
    },
    "POST /v1/advertisers/:advertiserId/postback-keys": { label: "essai" },
    "POST /v1/advertisers/:advertiserId/lists": listBody("essai"),
    "POST /v1/visitors/:visitorId/identifiers": { identifiers: [] },
    "POST /v1/advertisers/:advertiserId/payments": { netMicros: 10_000 },
    "PUT /v1/advertisers/:advertiserId/credit-limit": { creditLimitMicros: 9_000_000 },
    "PUT /v1/advertisers/:advertiserId/billing-details": {
      legalName: "Essai",
      addressLines: ["2 rue"],
      postalCode: "75001",
      city: "Paris",
    },
    "POST /v1/payments/:paymentId/refunds": { refundKey: "1", netMicros: 10_000, reason: "essai" },
    "POST /v1/webhooks/:webhookId/rotate": {},
    "POST /v1/invoices": { month: "2026-01", advertiserIds: [advertiserId] },
    "POST /v1/keys": { role: "reader", label: "essai", organizationId, userId },
    "POST /v1/users": { email: adminEmail, name: "Essai", role: "reader", organizationId },
    "PATCH /v1/users/:userId": { role: "reader" },
    "PATCH /v1/organizations/:organizationId": { name: "Essai" },
    "POST /v1/organizations": { name: "Essai", kind: "agency" },
    "PATCH /v1/campaigns/:campaignId": { name: "Essai" },
    "PATCH /v1/creatives/:creativeId": { active: false },
    "PATCH /v1/advertisers/:advertiserId": { name: "Essai" },
  };
  return bodies[`${method} ${path}`] ?? { ...ids, ids: Object.values(ids) };
}

/** A list of customers of an advertiser. */
export const listBody = (name: string): Body => ({
  name,
  identifier: "email_sha256",
  basis: "consent",
  collectedOn: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
  expiresOn: new Date(Date.now() + 86_400_000 * 90).toISOString().slice(0, 10),
  attests: { consent: true, adultsOnly: true, noSpecialCategories: true },
});

/** Lines of a bulk call. */
const linesOf = (made: Body, id: number | undefined, change: Body): string =>
  [
    { op: "create", body: made },
    { op: "update", id, body: change },
  ]
    .map((line) => JSON.stringify(line))
    .join("\n");

/** By what lists may be narrowed to somebody's things. */
export const narrowings = (tenant: Tenant): readonly string[] => [
  ...["organizationId", "advertiserId", "campaignId", "userId"].map(
    (name) => `?${name}=${tenant.ids[name]}`,
  ),
  ...["advertiser", "campaign", "creative"].map(
    (name) =>
      `?from=2026-01-01&to=2026-01-31&dimensions=${name}&${name}=${tenant.ids[`${name}Id`]}`,
  ),
];

export async function ask(
  system: System,
  { method, path }: Call,
  credentials: Credentials,
  body: Body | string | null,
): Promise<request.Response> {
  const verb = method.toLowerCase() as "get" | "post" | "put" | "patch" | "delete";
  const test = request(system.url)[verb](path).set(credentials).redirects(0);
  if (typeof body === "string") test.set("content-type", "application/x-ndjson");
  const asked = method === "GET" || method === "DELETE" || body === null ? test : test.send(body);
  return asked.timeout(15_000).catch((error: Error) => {
    throw new Error(`${method} ${path}: ${error.message}`);
  });
}

/** Every row that a tenant owns, as text: what nobody else may change. */
export async function rowsOf(system: System, tenant: Tenant): Promise<readonly string[]> {
  const { db } = system.server.stores;
  const { organizationId, advertiserId, campaignId } = tenant.ids;
  const { rows } = await sql<{ readonly row: string }>`
    select 'organization ' || t::text as row from organizations t where id = ${organizationId}
    union all select 'user ' || t::text from users t where organization_id = ${organizationId}
    union all select 'key ' || (to_jsonb(t) - 'last_used_at')::text from api_keys t
      where organization_id = ${organizationId}
    union all select 'advertiser ' || t::text from advertisers t where organization_id = ${organizationId}
    union all select 'campaign ' || t::text from campaigns t where advertiser_id = ${advertiserId}
    union all select 'creative ' || t::text from creatives t where campaign_id = ${campaignId}
    union all select 'media ' || t::text from media t where advertiser_id = ${advertiserId}
    union all select 'postback ' || t::text from postback_keys t where advertiser_id = ${advertiserId}
    union all select 'list ' || t::text from audience_lists t where advertiser_id = ${advertiserId}
    union all select 'details ' || t::text from billing_details t where advertiser_id = ${advertiserId}
    union all select 'payment ' || t::text from payments t where advertiser_id = ${advertiserId}
    union all select 'invoice ' || t::text from invoices t where advertiser_id = ${advertiserId}
    union all select 'settings ' || t::text from conversion_settings t where advertiser_id = ${advertiserId}
    order by row`.execute(db);
  return rows.map(({ row }) => row);
}
