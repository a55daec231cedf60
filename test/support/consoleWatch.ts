import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** What a page did that it should not; grows while it is used. */
export interface ConsoleWatch {
  /** Errors on the browser's console, breaches of the content policy among them, and exceptions. */
  readonly errors: readonly string[];
  /** Addresses of other origins that were asked for. */
  readonly foreign: readonly string[];
  /** Answers of 500 and above. */
  readonly failures: readonly string[];
}

/** A refusal is an answer: the browser notes it as an error of loading, the page tells it to its reader. */
const refusal = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** Watches a page from its first request on. */
export function watchPage(page: Page, url: string): ConsoleWatch {
  const watch = { errors: [] as string[], foreign: [] as string[], failures: [] as string[] };
  page.on("console", (message) => {
    if (message.type() === "error" && !refusal.test(message.text()))
      watch.errors.push(message.text());
  });
  page.on("pageerror", (error) => watch.errors.push(error.message));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && origin !== url) watch.foreign.push(request.url());
  });
  page.on("response", (response) => {
    if (response.status() >= 500) watch.failures.push(`${response.status()} ${response.url()}`);
  });
  return watch;
}

/** Fails where the page has complained, asked elsewhere, or had the server fail. */
export function expectQuiet(watch: ConsoleWatch): void {
  expect(watch).toEqual({ errors: [], foreign: [], failures: [] });
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly {
    readonly target: readonly unknown[];
    readonly failureSummary?: string;
  }[];
}

/** Serious and critical findings of axe on the page as it is now, each with where it is; [] = none. */
export async function axeProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const violations = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)",
  )) as readonly AxeViolation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary}`,
      ),
    );
}

/** Fails where what is on the screen is wider than it. */
export async function expectFits(page: Page): Promise<void> {
  const [wanted, given] = (await page.evaluate(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  )) as readonly [number, number];
  expect(wanted).toBeLessThanOrEqual(given);
}

/** Keeps a picture of the page in the folder that `CONSOLE_SHOTS` names, for people to look at; without it, nothing. */
export async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  const folder = process.env.CONSOLE_SHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage });
}
