import type { Page } from "playwright-core";
import { bundleForPage } from "./bundle.ts";

export interface SpecResult {
  readonly name: string;
  /** Null = it passed. */
  readonly problem: string | null;
}

/** The part of mocha that specifications of Prebid's adapters use; results come in the order of the tests. */
const harness = `
const tests = [];
const scopes = [];
globalThis.describe = (name, body) => {
  scopes.push({ name, before: [], after: [] });
  body();
  scopes.pop();
};
globalThis.it = (name, run) => {
  tests.push({ scopes: scopes.slice(), name: scopes.map((scope) => scope.name).concat(name).join(': '), run });
};
globalThis.beforeEach = (run) => scopes.at(-1).before.push(run);
globalThis.afterEach = (run) => scopes.at(-1).after.push(run);
globalThis.runSpec = async () => {
  const results = [];
  for (const { scopes, name, run } of tests) {
    let problem = null;
    try {
      for (const scope of scopes) for (const step of scope.before) await step();
      await run();
    } catch (error) {
      problem = String(error && error.message);
    }
    for (const scope of scopes) for (const step of scope.after) await step();
    results.push({ name, problem });
  }
  return results;
};
`;

/** Runs our adapter's specification on the real Prebid.js in a page. */
export async function runSpecInPage(page: Page): Promise<readonly SpecResult[]> {
  const spec = await bundleForPage("import './atelierBidAdapter_spec.js';");
  await page.addScriptTag({ content: harness });
  await page.addScriptTag({ content: spec });
  return page.evaluate("runSpec()");
}
