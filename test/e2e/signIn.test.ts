import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIdentityProvider } from "../../src/stores/openid/identityProvider.ts";
import {
  type OpenIdProvider,
  type ProvidersPerson,
  startOpenIdProvider,
} from "../support/openIdProvider.ts";
import { type System, startSystem } from "../support/system.ts";
import {
  ask,
  consoleOrigin,
  logIn,
  openTenant,
  openUser,
  type Tenant,
  withKey,
} from "../support/tenants.ts";

const callback = `${consoleOrigin}/v1/sessions/oidc/callback`;
let provider: OpenIdProvider;
let system: System;
let agency: Tenant;
beforeAll(async () => {
  provider = await startOpenIdProvider(callback);
  system = await startSystem({
    PUBLIC_URL: consoleOrigin,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    LOG_LEVEL: "silent",
  });
  agency = await openTenant(system, "Agence");
}, 60_000);
afterAll(async () => {
  await system?.close();
  await provider?.goAway();
});

const start = (query = "") =>
  request(system.url).get(`/v1/sessions/oidc/start${query}`).redirects(0);

/** A browser that begins: where it is sent, and its cookie. */
async function begin(query = "") {
  const answer = await start(query).expect(303);
  const cookie = String(answer.headers["set-cookie"]?.[0]);
  return {
    url: new URL(String(answer.headers.location)),
    cookie: cookie.split(";")[0] ?? "",
    answer,
  };
}

const comeBack = (url: URL, cookie: string) =>
  request(system.url)
    .get(url.pathname + url.search)
    .set("cookie", cookie)
    .redirects(0);

/** All the way; `alter` changes what the provider is asked. */
async function signIn(person: ProvidersPerson, alter: (url: URL) => void = () => undefined) {
  const { url, cookie } = await begin();
  alter(url);
  return comeBack(await provider.visit(url.href, person), cookie);
}

const invite = async (name: string) => {
  const { organizationId } = agency.ids;
  const email = `${name}@agence.example`;
  const { body } = await system.post("/v1/users", { organizationId, email, name, role: "reader" });
  return { userId: Number(body.userId), email };
};

const sessionOf = (answer: request.Response): string =>
  [answer.headers["set-cookie"] ?? []].flat().find((line) => line.startsWith("__Host-atelier=")) ??
  "";

const meOf = (answer: request.Response) =>
  ask(
    system,
    { method: "GET", path: "/v1/me" },
    { cookie: sessionOf(answer).split(";")[0] ?? "" },
    null,
  );

describe("who signs in at the provider", () => {
  it("gets the session that a password gives, and is sent to where the console asked from", async () => {
    const { url, cookie, answer } = await begin("?returnTo=/console/campagnes%3Fpage%3D2");
    expect(answer.headers["set-cookie"]?.[0]).toMatch(
      /^__Host-atelier-oidc=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
    );
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      redirect_uri: callback,
      code_challenge_method: "S256",
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const person = { sub: "jeanne", email: agency.adminEmail.toUpperCase(), email_verified: true };
    const back = await comeBack(await provider.visit(url.href, person), cookie);
    expect([back.status, back.headers.location]).toEqual([303, "/console/campagnes?page=2"]);
    expect(back.headers["set-cookie"]?.[0]).toMatch(/^__Host-atelier-oidc=; .*Max-Age=0/);
    expect(sessionOf(back)).toMatch(
      /^__Host-atelier=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect((await meOf(back)).body).toMatchObject({
      user: { email: agency.adminEmail },
      role: "admin",
    });
    const log = await request(system.url)
      .get(`/v1/audit?entity=user&entityId=${agency.ids.userId}&limit=1`)
      .set(withKey(agency.keys.admin ?? ""));
    expect(log.body.items).toMatchObject([
      {
        actor: { userId: agency.ids.userId },
        organizationId: agency.ids.organizationId,
        after: { identityLinked: { issuer: provider.issuer, subject: "jeanne" } },
      },
    ]);
    await logIn(system, agency.adminEmail);
  });

  it("may have been invited only, and is known by issuer and subject from then on, whatever the address", async () => {
    const { email } = await invite("nouveau");
    const first = await signIn({ sub: "n1", email, email_verified: true });
    expect((await meOf(first)).body.user).toMatchObject({ email });
    const renamed = await signIn({
      sub: "n1",
      email: "autre@ailleurs.example",
      email_verified: false,
    });
    expect((await meOf(renamed)).body.user).toMatchObject({ email });
    const heir = await signIn({ sub: "n2", email, email_verified: true });
    expect([heir.status, sessionOf(heir)]).toEqual([409, ""]);
    const { email: twice } = await invite("deux");
    const both = await Promise.all(
      [0, 1].map(() => signIn({ sub: "d1", email: twice, email_verified: true })),
    );
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
  });

  it("has no account made, and none opened by an address that is not verified or an account out of use", async () => {
    const { email, userId } = await invite("parti");
    const refused: readonly ProvidersPerson[] = [
      { sub: "x1", email: "inconnue@agence.example", email_verified: true },
      { sub: "x2", email, email_verified: false },
      { sub: "x3", email },
      { sub: "x4" },
    ];
    for (const person of refused) {
      const answer = await signIn(person);
      expect([answer.status, sessionOf(answer)]).toEqual([403, ""]);
    }
    const well = { sub: "x5", email, email_verified: true };
    const before = await signIn(well);
    expect((await meOf(before)).status).toBe(200);
    await system.patch(`/v1/users/${userId}`, { active: false }).expect(200);
    expect((await meOf(before)).status).toBe(401);
    expect((await signIn(well)).status).toBe(403);
    const { organizationId } = await system.create("/v1/organizations", {
      name: "Fermée",
      kind: "shop",
    });
    const closed = await openUser(system, { organizationId, email: "f@fermee.example", name: "F" });
    await system.patch(`/v1/organizations/${organizationId}`, { active: false }).expect(200);
    const there = await signIn({ sub: "x6", email: closed.email, email_verified: true });
    expect([there.status, sessionOf(there)]).toEqual([403, ""]);
  });
});

describe("a sign-in is refused", () => {
  const person = () => ({ sub: "jeanne", email: agency.adminEmail, email_verified: true });

  it("when another browser brings it, it is brought again, or its state is wrong", async () => {
    const { url, cookie } = await begin();
    const back = await provider.visit(url.href, person());
    const other = await begin();
    const wrong = new URL(back);
    wrong.searchParams.set("state", "a".repeat(43));
    const double = new URL(back);
    double.searchParams.append("state", back.searchParams.get("state") ?? "");
    const forged = cookie.slice(0, -1) + (cookie.endsWith("A") ? "B" : "A");
    const asked = [
      [back, ""],
      [back, other.cookie],
      [back, forged],
      [wrong, cookie],
      [double, cookie],
    ] as const;
    for (const [target, given] of asked) {
      const answer = await comeBack(target, given);
      expect([answer.status, sessionOf(answer)]).toEqual([400, ""]);
      expect(answer.body.errors).toMatchObject([{ pointer: "state" }]);
    }
    const first = await comeBack(back, cookie);
    expect(first.status).toBe(303);
    const again = await comeBack(back, cookie);
    expect([again.status, sessionOf(again)]).toEqual([400, ""]);
    const injected = new URL(back);
    injected.searchParams.set("state", other.url.searchParams.get("state") ?? "");
    expect((await comeBack(injected, other.cookie)).status).toBe(401);
  });

  it("when the answer is to another question: nonce, verifier; or the person says no", async () => {
    for (const name of ["nonce", "code_challenge"]) {
      const answer = await signIn(person(), (url) => url.searchParams.set(name, "b".repeat(43)));
      expect([name, answer.status, sessionOf(answer)]).toEqual([name, 401, ""]);
    }
    const { url, cookie } = await begin();
    const no = new URL(callback);
    no.search = `?error=access_denied&state=${url.searchParams.get("state")}&iss=${provider.issuer}`;
    expect((await comeBack(no, cookie)).status).toBe(401);
  });

  it("when it would end elsewhere than at the console, or another site begins it", async () => {
    const elsewhere = ["https://evil.example", "//evil.example", "/console/../v1", "/console//x"];
    for (const path of [...elsewhere, "/consoles", "/console\\x", "/console?a=\r\nb", ""]) {
      const answer = await start(`?returnTo=${encodeURIComponent(path)}`);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.body.errors).toMatchObject([{ pointer: "returnTo" }]);
    }
    expect((await start().set("sec-fetch-site", "cross-site")).status).toBe(403);
  });
});

describe("a provider that is away", () => {
  it("lets nobody in and says so; passwords go on, and so does the sign-in when it is back", async () => {
    const { url, cookie } = await begin();
    const back = await provider.visit(url.href, { sub: "jeanne" });
    let clockMs = 0;
    const faults: unknown[] = [];
    const options = {
      ...provider,
      redirectUrl: callback,
      nowMs: () => clockMs,
      reportFault: (error: unknown) => void faults.push(error),
    };
    const secrets = { state: "s", nonce: "n", codeVerifier: "v".repeat(43) };
    await provider.goAway();
    const answer = await comeBack(back, cookie);
    expect([answer.status, answer.body.type]).toEqual([503, "urn:atelier:problem:unavailable"]);
    await logIn(system, agency.adminEmail);
    const late = createIdentityProvider(options);
    await expect(late.authorizationUrl(secrets)).rejects.toMatchObject({ code: "unavailable" });
    expect(faults).toHaveLength(1);
    await provider.comeBack();
    await expect(late.authorizationUrl(secrets)).rejects.toMatchObject({ code: "unavailable" });
    clockMs = 2_000;
    expect(await late.authorizationUrl(secrets)).toContain(provider.issuer);
    const person = { sub: "jeanne", email: agency.adminEmail, email_verified: true };
    expect((await signIn(person)).status).toBe(303);
  });

  it("or refuses our secret is told to the operator, not to the person", async () => {
    const faults: unknown[] = [];
    const wrong = createIdentityProvider({
      ...provider,
      clientSecret: "un autre",
      redirectUrl: callback,
      nowMs: () => 0,
      reportFault: (error) => void faults.push(error),
    });
    const secrets = { state: "s", nonce: "n", codeVerifier: "v".repeat(43) };
    const url = await wrong.authorizationUrl(secrets);
    const { searchParams } = await provider.visit(url, { sub: "jeanne" });
    await expect(wrong.identify(searchParams, secrets)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(faults).toMatchObject([{ error: "invalid_client" }]);
  });
});
