import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { ServerOptions } from "../../src/compose/server.ts";
import type { Environment } from "../../src/config.ts";
import { freePort } from "../../src/embedded/freePort.ts";
import { browser as person } from "./browser.ts";
import { buildWeb } from "./builtWeb.ts";
import { chromiumFlags, findChromium } from "./chromium.ts";
import { type ConsoleWatch, watchPage } from "./consoleWatch.ts";
import { type System, startSystem } from "./system.ts";

export type ConsoleRole = "admin" | "manager" | "reviewer" | "reader";

/** The sizes that every page is tried in: a small laptop, a phone. */
export const consoleSizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;
export type ConsoleSize = keyof typeof consoleSizes;

/** Each size in each theme: what pages are looked at in. */
export const consoleLooks = (["desktop", "phone"] as const).flatMap((size) =>
  (["light", "dark"] as const).map((scheme): readonly [ConsoleSize, "light" | "dark"] => [
    size,
    scheme,
  ]),
);

export interface ConsoleAccount {
  readonly email: string;
  readonly password: string;
  readonly userId: number;
}

export interface OpenOptions {
  /** Below `/console`; default "/campaigns". */
  readonly path?: string;
  readonly size?: ConsoleSize;
  /** Who has signed in; default the operator's admin. Null = nobody. */
  readonly as?: ConsoleRole | ConsoleAccount | null;
  readonly scheme?: "light" | "dark";
  readonly language?: "fr" | "en";
}

export interface OpenConsole {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, breaches of the policy, requests to elsewhere: `expectQuiet(watch)` at the end of a test. */
  readonly watch: ConsoleWatch;
  close(): Promise<void>;
}

/** The composed ad server on real stores with the built console, people of each role, and a browser. */
export interface TestConsole {
  readonly system: System;
  readonly url: string;
  /** A person of an organisation (default the operator's), who knows their password. */
  invite(role: ConsoleRole, organizationId?: number): Promise<ConsoleAccount>;
  /** A page that has been opened, in a browser profile of its own. */
  open(options?: OpenOptions): Promise<OpenConsole>;
  close(): Promise<void>;
}

/** Whether this machine has a browser; without one the tests that need it are skipped. */
export const hasBrowser = findChromium() !== null;

export const consolePassword = "le marché du samedi 42";
const operatorId = 1;

/**
 * Builds the console where its sources changed (with `CONSOLE_AS_BUILT=1` it is taken as it is), and starts the server and
 * a browser: three seconds or so.
 */
export async function startConsole(
  environment: Environment = {},
  options: Partial<ServerOptions> = {},
): Promise<TestConsole> {
  buildWeb();
  const port = Number(environment.PORT ?? (await freePort()));
  const url = `http://127.0.0.1:${port}`;
  const [system, browser] = await Promise.all([
    startSystem({ ...environment, PORT: String(port), PUBLIC_URL: url }, undefined, options),
    startBrowser(),
  ]);
  const invite = createInvite(system);
  const accounts = new Map<ConsoleRole, Promise<ConsoleAccount>>();
  const accountOf = (role: ConsoleRole): Promise<ConsoleAccount> => {
    const account = accounts.get(role) ?? invite(role);
    accounts.set(role, account);
    return account;
  };
  return {
    system,
    url,
    invite,
    async open({ path = "/campaigns", size = "desktop", as = "admin", ...looks } = {}) {
      const account = typeof as === "string" ? await accountOf(as) : as;
      const context = await newContext(browser, size, looks);
      if (account !== null) await signIn(context, url, account);
      const page = await context.newPage();
      const watch = watchPage(page, url);
      await page.goto(`${url}/console${path}`);
      return { page, context, watch, close: () => context.close() };
    },
    async close() {
      await browser.close();
      await system.close();
    },
  };
}

function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error("no Chromium on this machine");
  return chromium.launch({ executablePath, headless: true, args: [...chromiumFlags] });
}

async function newContext(
  browser: Browser,
  size: ConsoleSize,
  { scheme = "light", language = "fr" }: Pick<OpenOptions, "scheme" | "language">,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: consoleSizes[size],
    hasTouch: size === "phone",
    isMobile: size === "phone",
    colorScheme: scheme,
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    userAgent: person,
    reducedMotion: "reduce",
  });
  if (language !== "fr")
    await context.addInitScript(`localStorage.setItem("atelier.language", "${language}")`);
  return context;
}

function createInvite(system: System): TestConsole["invite"] {
  let people = 0;
  return async (role, organizationId = operatorId) => {
    people += 1;
    const email = `personne${people}@atelier.example`;
    const name = `${{ admin: "Camille", manager: "Sami", reviewer: "Inès", reader: "Paul" }[role]} Essai`;
    const invited = await system.post("/v1/users", { email, name, role, organizationId });
    const { userId, invitationToken: token } = invited.body;
    if (invited.status !== 201) throw new Error(JSON.stringify(invited.body));
    const accepted = await system.post("/v1/invitations/accept", {
      token,
      password: consolePassword,
    });
    if (accepted.status !== 204) throw new Error(JSON.stringify(accepted.body));
    return { email, password: consolePassword, userId };
  };
}

/** As the sign-in does, without its page. */
async function signIn(
  context: BrowserContext,
  url: string,
  { email, password }: ConsoleAccount,
): Promise<void> {
  const response = await context.request.post(`${url}/v1/sessions`, { data: { email, password } });
  if (response.status() !== 201) throw new Error(await response.text());
}
