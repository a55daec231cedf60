import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

/** A browser of a test, with nothing of anybody's in it. */
export interface TestBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const elsewhere = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** Chromium or Chrome on the search path, or where `CHROMIUM_PATH` says; null = this machine has none. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const given = process.env.CHROMIUM_PATH;
  const places = [...(given === undefined ? [] : [given]), ...onPath, ...elsewhere];
  return places.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A sandbox is not to be had everywhere; nothing is asked of the world by itself. */
export const chromiumFlags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts it without a window, on a profile of its own, silent towards the world. About a second. */
export async function startChromium(
  executablePath: string,
  /** Chromium without a window says so, and counts as a robot. */
  userAgent: string,
): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), "atelier-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    userAgent,
    args: [...chromiumFlags],
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
