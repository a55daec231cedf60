import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "../../../src/embedded/freePort.ts";
import {
  consoleLooks,
  consolePassword,
  hasBrowser,
  startConsole,
  type TestConsole,
} from "../../support/console.ts";
import { consoleOfFile } from "../../support/consoleOfFile.ts";
import { axeProblems, expectFits, expectQuiet, shoot } from "../../support/consoleWatch.ts";
import { type OpenIdProvider, startOpenIdProvider } from "../../support/openIdProvider.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const world = consoleOfFile();

describe.skipIf(!hasBrowser)("signing in", () => {
  test.each(consoleLooks)(
    "on a %s in a %s theme is a page without barriers that fits",
    async (size, scheme) => {
      const { page, watch, close } = await world().open({
        path: "/sign-in",
        as: null,
        size,
        scheme,
      });
      await page.getByRole("heading", { name: "Connexion" }).waitFor();
      await page.evaluate("document.fonts.ready");
      await shoot(page, `sign-in-${size}-${scheme}`);
      expect(await axeProblems(page)).toEqual([]);
      await expectFits(page);
      expectQuiet(watch);
      await close();
    },
  );

  test("by keyboard alone leads back to the page that was asked for", async () => {
    const { email, password } = await world().invite("manager");
    const { page, watch, close } = await world().open({ path: "/campaigns?q=fleurs", as: null });
    await page.waitForURL("**/console/sign-in?returnTo=%2Fcampaigns%3Fq%3Dfleurs");
    await page.getByLabel("Adresse e-mail").focus();
    await page.keyboard.type(email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/console/campaigns?q=fleurs");
    await page.getByRole("navigation", { name: "Menu" }).waitFor();
    expectQuiet(watch);
    await close();
  });

  test("with a wrong password says so beside the form and keeps the address", async () => {
    const { email } = await world().invite("reader");
    const { page, close } = await world().open({ path: "/sign-in", as: null });
    await page.getByRole("button", { name: "Se connecter" }).click();
    await page.getByText("Écrivez votre adresse e-mail.").waitFor();
    await page.getByLabel("Adresse e-mail").fill(email);
    await page.getByLabel("Mot de passe", { exact: true }).fill("pas le bon du tout");
    await page.getByRole("button", { name: "Se connecter" }).click();
    await page.getByRole("alert").getByText("n’est pas le bon").waitFor();
    expect(await page.getByLabel("Adresse e-mail").inputValue()).toBe(email);
    expect(await axeProblems(page)).toEqual([]);
    await close();
  });

  test("again after the session has ended keeps what was typed", async () => {
    const account = await world().invite("admin");
    const { page, context, watch, close } = await world().open({ path: "/accounts", as: account });
    await page.getByRole("button", { name: "Inviter quelqu’un" }).click();
    const dialog = page.getByRole("dialog", { name: "Inviter quelqu’un" });
    await dialog.getByLabel("Nom").fill("Zoé Perrin");
    await dialog.getByLabel("Adresse e-mail").fill("zoe@atelier.example");
    const cookies = await context.cookies();
    await context.clearCookies();
    await page.getByRole("button", { name: "Créer l’invitation" }).click();
    const signIn = page.getByRole("dialog", { name: "Votre session a pris fin" });
    await signIn.getByLabel("Mot de passe", { exact: true }).fill(account.password);
    await signIn.getByRole("button", { name: "Se connecter" }).click();
    await signIn.waitFor({ state: "hidden" });
    expect(await dialog.getByLabel("Nom").inputValue()).toBe("Zoé Perrin");
    await page.getByRole("button", { name: "Créer l’invitation" }).click();
    await page.getByRole("dialog", { name: "Lien d’invitation" }).waitFor();
    expect(cookies.length).toBeGreaterThan(0);
    expectQuiet(watch);
    await close();
  });

  test("never leads to another site afterwards", async () => {
    const account = await world().invite("reader");
    for (const path of ["//evil.example/", "https://evil.example/", "/\\evil.example"]) {
      const { page, close } = await world().open({
        path: `/sign-in?returnTo=${encodeURIComponent(path)}`,
        as: account,
      });
      await page.getByRole("navigation", { name: "Menu" }).waitFor();
      expect(new URL(page.url()).origin).toBe(world().url);
      await close();
    }
  });

  test("out forgets the person at once", async () => {
    const account = await world().invite("reader");
    const { page, watch, close } = await world().open({ as: account });
    await page.getByRole("button", { name: /Paul Essai/ }).click();
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    await page.waitForURL("**/console/sign-in");
    await page.goto(`${world().url}/console/campaigns`);
    await page.waitForURL("**/console/sign-in?returnTo=%2Fcampaigns");
    expectQuiet(watch);
    await close();
  });
});

describe.skipIf(!hasBrowser)("signing in where there is more to choose from", () => {
  let provider: OpenIdProvider;
  let rich: TestConsole;
  const demo = {
    who: "operator's admin",
    email: "personne1@atelier.example",
    password: consolePassword,
  };

  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    provider = await startOpenIdProvider(`${url}/v1/sessions/oidc/callback`);
    rich = await startConsole(
      {
        PORT: String(port),
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: provider.clientId,
        OIDC_CLIENT_SECRET: provider.clientSecret,
      },
      { demoPeople: [demo] },
    );
    await rich.invite("admin");
  });
  afterAll(async () => {
    await rich?.close();
    await provider?.goAway();
  });

  test("the demo's people are one click away", async () => {
    const { page, watch, close } = await rich.open({ path: "/sign-in", as: null });
    await page.getByRole("button", { name: "La régie, administratrice" }).waitFor();
    await page.evaluate("document.fonts.ready");
    await shoot(page, "sign-in-demo-desktop-light");
    expect(await axeProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "La régie, administratrice" }).click();
    await page.getByRole("button", { name: /Camille Essai/ }).waitFor();
    expectQuiet(watch);
    await close();
  });

  test("the organisation's provider leads back to the page that was asked for", async () => {
    const { page, watch, close } = await rich.open({ path: "/profile", as: null });
    await page.waitForURL("**/console/sign-in?returnTo=%2Fprofile");
    const begun = await fetch(`${rich.url}/v1/sessions/oidc/start`, { redirect: "manual" });
    const person = { sub: "1", email: demo.email, email_verified: true };
    // From now on that is who the provider knows to be there.
    await provider.visit(begun.headers.get("location") ?? "", person);
    await page.getByRole("link", { name: "Se connecter avec votre organisation" }).click();
    await page.waitForURL("**/console/profile");
    await page.getByRole("heading", { level: 1, name: "Mon profil" }).waitFor();
    expect(watch.errors).toEqual([]);
    expect(watch.foreign.every((url) => url.startsWith(provider.issuer))).toBe(true);
    await close();
  });
});
