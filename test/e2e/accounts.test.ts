import http from "node:http";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSessionStore } from "../../src/stores/postgres/sessions.ts";
import { type System, startSystem } from "../support/system.ts";
import {
  ask,
  consoleOrigin,
  logIn,
  openTenant,
  openUser,
  password,
  type Tenant,
  withCookie,
  withKey,
} from "../support/tenants.ts";
import { until } from "../support/until.ts";

let system: System;
let agency: Tenant;
beforeAll(async () => {
  system = await startSystem({ PUBLIC_URL: consoleOrigin });
  agency = await openTenant(system, "Agence");
}, 60_000);
afterAll(() => system?.close());

const statusOf = async (path: string, credentials: Readonly<Record<string, string>>) =>
  (await ask(system, { method: "GET", path }, credentials, null)).status;
const execute = (statement: ReturnType<typeof sql>) =>
  statement.execute(system.server.stores.db as never);
const makeKey = async (fields: object) => {
  const { organizationId } = agency.ids;
  const asked = { organizationId, role: "reader", label: "clé", ...fields };
  return (await system.post("/v1/keys", asked)).body;
};

describe("keys", () => {
  it("do what their role and scopes allow together, for the advertisers that they are narrowed to", async () => {
    const { campaignId, advertiserId } = agency.ids;
    const reports = await makeKey({ scopes: ["reports:read"] });
    expect(await statusOf(`/v1/campaigns/${campaignId}/spending`, withKey(reports.key))).toBe(200);
    expect(await statusOf(`/v1/campaigns/${campaignId}`, withKey(reports.key))).toBe(403);
    expect(await statusOf("/V1/Campaigns/", withKey(reports.key))).toBe(403);
    const second = { organizationId: agency.ids.organizationId, name: "Deux", trade: "b" };
    const other = await system.create("/v1/advertisers", second);
    const narrowed = await makeKey({ advertiserIds: [other.advertiserId] });
    expect(await statusOf(`/v1/advertisers/${advertiserId}`, withKey(narrowed.key))).toBe(404);
    expect(await statusOf(`/v1/advertisers/${other.advertiserId}`, withKey(narrowed.key))).toBe(
      200,
    );
    const unknown = await system.post("/v1/keys", {
      role: "admin",
      label: "x",
      scopes: ["creatives:review"],
      advertiserIds: [999_999],
      expiresAt: "2020-01-01T00:00:00Z",
      organizationId: agency.ids.organizationId,
    });
    expect(unknown.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
      "/advertiserIds",
      "/advertiserIds/0",
      "/scopes",
      "/expiresAt",
    ]);
    // The format can write it, the database cannot read it.
    const beyond = await makeKey({ expiresAt: "9999-12-31T23:59:00-23:59" });
    expect((await makeKey({ expiresAt: "2099-01-01T00:00:00-23:59" })).expiresAt).toBe(
      "2099-01-01T23:59:00.000Z",
    );
    expect(beyond.errors).toMatchObject([
      { pointer: "/expiresAt", rule: expect.stringMatching("2100") },
    ]);
  });

  it("make no key that may more or lives longer than they do", async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const narrow = { role: "admin", scopes: ["accounts", "reports:read"], expiresAt };
    const { key } = await makeKey(narrow);
    const asNarrow = (body: object) =>
      ask(system, { method: "POST", path: "/v1/keys" }, withKey(key), { label: "x", ...body });
    expect((await asNarrow({ role: "reader", scopes: ["reports:read"], expiresAt })).status).toBe(
      201,
    );
    expect((await asNarrow({ role: "manager", expiresAt })).body.errors).toMatchObject([
      { pointer: "/scopes" },
    ]);
    expect(
      (await asNarrow({ role: "reader", scopes: ["reports:read"] })).body.errors,
    ).toMatchObject([{ pointer: "/expiresAt" }]);
    const person = { email: "plus@agence.example", name: "P", role: "manager" };
    const invite = { method: "POST", path: "/v1/users" };
    expect((await ask(system, invite, withKey(key), person)).status).toBe(403);
    const wider = await makeKey({ role: "admin" });
    const path = `/v1/keys/${wider.apiKeyId}/rotate`;
    expect((await ask(system, { method: "POST", path }, withKey(key), {})).status).toBe(403);
  });

  it("are rotated with an overlap, in which both secrets count, and revoked at once", async () => {
    const { key, apiKeyId } = await makeKey({});
    const rotate = (overlapSeconds: number) =>
      system.post(`/v1/keys/${apiKeyId}/rotate`, { overlapSeconds });
    const { body: second } = await rotate(60);
    expect([
      await statusOf("/v1/me", withKey(key)),
      await statusOf("/v1/me", withKey(second.key)),
    ]).toEqual([200, 200]);
    const { body: third } = await rotate(0);
    const all = [key, second.key, third.key];
    const statuses = () => Promise.all(all.map((one) => statusOf("/v1/me", withKey(one))));
    expect(await statuses()).toEqual([401, 401, 200]);
    const revoke = { method: "DELETE", path: `/v1/keys/${apiKeyId}` };
    expect((await ask(system, revoke, withKey(system.adminKey), null)).status).toBe(204);
    expect(await statuses()).toEqual([401, 401, 401]);
    expect((await rotate(0)).status).toBe(409);
    const told = await system.post("/v1/keys", { role: "reader", label: "x" });
    expect(JSON.stringify(told.body)).not.toMatch(/hash/i);
  });

  it("end when they expire, with their owner and with their organisation", async () => {
    const { organizationId } = agency.ids;
    const owner = await openUser(system, { organizationId, email: "p@agence.example", name: "P" });
    const { key } = await makeKey({ userId: owner.userId });
    // What a node refused it remembers for some seconds: each of these keys is refused once.
    const other = await makeKey({ userId: owner.userId });
    expect(await statusOf("/v1/me", withKey(key))).toBe(200);
    await system.patch(`/v1/users/${owner.userId}`, { active: false }).expect(200);
    expect(await statusOf("/v1/me", withKey(key))).toBe(401);
    await system.patch(`/v1/users/${owner.userId}`, { active: true, role: "reader" }).expect(200);
    expect(await statusOf("/v1/me", withKey(other.key))).toBe(200);
    await execute(sql`update api_keys set expires_at = now() where id = ${other.apiKeyId}`);
    expect(await statusOf("/v1/me", withKey(other.key))).toBe(401);
    await system.patch(`/v1/organizations/${organizationId}`, { active: false }).expect(200);
    expect(await statusOf("/v1/me", withKey(agency.keys.reader ?? ""))).toBe(401);
    await system.patch(`/v1/organizations/${organizationId}`, { active: true }).expect(200);
  });

  it("that are revoked while a request sends its body write nothing", async () => {
    const { key, apiKeyId } = await makeKey({ role: "manager" });
    const path = `/v1/advertisers/${agency.ids.advertiserId}`;
    const sent = http.request(`${system.url}${path}`, {
      method: "PATCH",
      headers: { ...withKey(key), "content-type": "application/json", "content-length": "21" },
    });
    const status = new Promise((resolve) =>
      sent.on("response", (answer) => resolve(answer.statusCode)),
    );
    sent.write('{"name": "');
    await until(async () => {
      const { body } = await request(system.url)
        .get(`/v1/keys/${apiKeyId}`)
        .set(withKey(system.adminKey));
      return body.lastUsedAt !== null;
    });
    const revoke = { method: "DELETE", path: `/v1/keys/${apiKeyId}` };
    await ask(system, revoke, withKey(system.adminKey), null);
    sent.end('Trop tard"}');
    expect(await status).toBe(401);
  });
});

describe("sessions", () => {
  it("travel in a cookie that only this host gets, and tell who is logged in", async () => {
    const body = { email: agency.adminEmail.toUpperCase(), password };
    const answer = await request(system.url).post("/v1/sessions").send(body);
    expect(answer.headers["set-cookie"]?.[0]).toMatch(
      /^__Host-atelier=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(JSON.stringify(answer.body)).not.toMatch(/argon|hash"/i);
    const cookie = await logIn(system, agency.adminEmail);
    const me = await ask(system, { method: "GET", path: "/v1/me" }, { cookie }, null);
    expect(me.body).toMatchObject({
      organization: { name: "Agence" },
      role: "admin",
      user: { email: agency.adminEmail },
      apiKey: null,
    });
  });

  it("write only what the console itself asks for", async () => {
    const { cookie, ...headers } = withCookie(await logIn(system, agency.adminEmail));
    const path = `/v1/advertisers/${agency.ids.advertiserId}`;
    const write = (given: Readonly<Record<string, string>>) =>
      ask(system, { method: "PATCH", path }, { cookie: cookie ?? "", ...given }, { name: "Essai" });
    const refused: readonly Readonly<Record<string, string>>[] = [
      {},
      { origin: consoleOrigin },
      { "x-atelier-console": "1" },
      { ...headers, origin: "https://evil.example" },
      { ...headers, origin: "null" },
      { ...headers, "sec-fetch-site": "cross-site" },
      { ...headers, "sec-fetch-site": "same-site" },
      { ...headers, "sec-fetch-site": "none" },
    ];
    for (const given of refused) expect((await write(given)).status).toBe(403);
    expect((await write(headers)).status).toBe(200);
    const other = { cookie: cookie ?? "", "sec-fetch-site": "cross-site" };
    expect(await statusOf("/v1/me", other)).toBe(403);
    const foreign = { origin: "https://evil.example" };
    const login = request(system.url).post("/v1/sessions").set(foreign);
    expect((await login.send({ email: agency.adminEmail, password })).status).toBe(403);
  });

  it("end by logging out, everywhere, without use, and with another password", async () => {
    const { organizationId } = agency.ids;
    const { email } = await openUser(system, {
      organizationId,
      email: "s@agence.example",
      name: "S",
    });
    const log = async () => withCookie(await logIn(system, email));
    const [a, b, c] = [await log(), await log(), await log()];
    const statuses = () => Promise.all([a, b, c].map((one) => statusOf("/v1/me", one)));
    await ask(system, { method: "DELETE", path: "/v1/sessions/current" }, a, null);
    expect(await statuses()).toEqual([401, 200, 200]);
    const change = { currentPassword: password, newPassword: "une autre monture, plus jeune" };
    const asked = { method: "POST", path: "/v1/me/password" };
    const weak = await ask(system, asked, b, { ...change, newPassword: "motdepasse123" });
    expect(weak.body.errors).toMatchObject([{ pointer: "/newPassword" }]);
    expect((await ask(system, asked, b, change)).status).toBe(204);
    expect(await statuses()).toEqual([401, 200, 401]);
    await execute(sql`update sessions set seen_at = now() - interval '3 hours'`);
    expect(await statuses()).toEqual([401, 401, 401]);
    const d = withCookie(await logIn(system, email, change.newPassword));
    expect((await ask(system, { method: "DELETE", path: "/v1/sessions" }, d, null)).status).toBe(
      204,
    );
    expect(await statusOf("/v1/me", d)).toBe(401);
  });

  it("do not begin with a password that was changed while it was being checked", async () => {
    const { organizationId } = agency.ids;
    const { userId } = await openUser(system, {
      organizationId,
      email: "course@agence.example",
      name: "C",
    });
    const sessions = createSessionStore(system.server.stores.db);
    const actor = { apiKeyId: null, label: "test" };
    const begin = (tokenHash: string, passwordHash?: string) =>
      sessions.begin({ userId, tokenHash, ...(passwordHash && { passwordHash }) }, actor);
    expect(await begin("a".repeat(64), "$argon2id$before")).toBe(false);
    expect(await sessions.findByHash("a".repeat(64))).toBeNull();
    expect(await begin("b".repeat(64))).toBe(true);
  });

  it("are refused alike for a wrong password and an unknown address, and after ten tries for a while", async () => {
    const tryAs = (email: string, given: string) =>
      request(system.url)
        .post("/v1/sessions")
        .set("x-forwarded-for", "203.0.113.9")
        .send({ email, password: given });
    const wrong = await tryAs(agency.adminEmail, "faux mot de passe");
    const unknown = await tryAs("personne@agence.example", "faux mot de passe");
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect({ ...unknown.body, instance: "" }).toEqual({ ...wrong.body, instance: "" });
    const tries = await Promise.all(Array.from({ length: 12 }, () => tryAs("x@y.example", "faux")));
    const statuses = tries.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await tryAs("x@y.example", "faux")).headers["retry-after"]).toBe("900");
    // From elsewhere its owner still gets in.
    await logIn(system, agency.adminEmail);
  });
});

describe("people", () => {
  it("are invited with a token that counts once", async () => {
    const { organizationId } = agency.ids;
    const person = { organizationId, email: "Nouveau@Agence.example", name: "N", role: "reader" };
    const { body } = await system.post("/v1/users", person);
    expect(body).toMatchObject({ email: "nouveau@agence.example", hasPassword: false });
    const accept = (token: string, given: string) =>
      request(system.url).post("/v1/invitations/accept").send({ token, password: given });
    expect((await accept(body.invitationToken, "court")).body.errors).toMatchObject([
      { pointer: "/password" },
    ]);
    const both = await Promise.all([0, 1].map(() => accept(body.invitationToken, password)));
    expect(both.map(({ status }) => status).sort()).toEqual([204, 422]);
    const again = await system.post(`/v1/users/${body.userId}/invitation`, {});
    expect((await accept(again.body.invitationToken, `${password} neuve`)).status).toBe(204);
    expect((await system.post("/v1/users", person)).status).toBe(409);
    const reviewer = { ...person, email: "r@agence.example", role: "reviewer" };
    expect((await system.post("/v1/users", reviewer)).body.errors).toMatchObject([
      { pointer: "/role" },
    ]);
  });

  it("two administrators who remove each other at once leave one; the last one stays", async () => {
    const { organizationId } = await system.create("/v1/organizations", {
      name: "Duo",
      kind: "shop",
    });
    const [a, b] = await Promise.all(
      ["a", "b"].map((name) =>
        openUser(system, { organizationId, name, email: `${name}@duo.example` }),
      ),
    );
    const remove = (one: typeof a, fields: object) =>
      system.patch(`/v1/users/${one?.userId}`, fields).then(({ status }) => status);
    const both = await Promise.all([remove(a, { active: false }), remove(b, { role: "reader" })]);
    expect(both.sort()).toEqual([200, 409]);
    const { rows } =
      (await execute(sql`select id from users where organization_id = ${organizationId}
      and active and role = 'admin'`)) as { rows: readonly { readonly id: number }[] };
    expect(rows).toHaveLength(1);
  });
});
