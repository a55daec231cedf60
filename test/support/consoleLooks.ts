import { describe, expect, test } from "vitest";
import {
  type ConsoleSize,
  consoleLooks,
  hasBrowser,
  type OpenConsole,
  type TestConsole,
} from "./console.ts";
import { axeProblems, expectFits, shoot } from "./consoleWatch.ts";

export interface LookedAtPage {
  /** Below `/console`. */
  readonly path: string;
  /** Its heading, in French. */
  readonly title: string;
  /** What is there once all is: a text or a region's name, in French. */
  readonly there: string;
}

/** Tries pages in each size and theme, and in English on a phone: no barriers, nothing wider than the screen, nothing from outside. */
export function testLooks(
  prefix: string,
  worldOf: () => TestConsole,
  pages: readonly LookedAtPage[],
): void {
  const looks = consoleLooks.flatMap(([size, scheme]) =>
    pages.map((it): readonly [ConsoleSize, "light" | "dark", string, LookedAtPage] => [
      size,
      scheme,
      it.path,
      it,
    ]),
  );
  describe.skipIf(!hasBrowser)("how these look", () => {
    test.each(looks)(
      "%s, %s: %s has no barriers and fits",
      async (size, scheme, path, { title, there }) => {
        const opened = await worldOf().open({ path, size, scheme });
        const { page } = opened;
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
        const named = page.getByRole("region", { name: there });
        await page.getByText(there).or(named).first().waitFor();
        await expectGoodLooks(opened, `${prefix}${path.replaceAll("/", "-")}-${size}-${scheme}`);
      },
      60_000,
    );

    test.each(pages.map(({ path }) => path))(
      "in English, on a phone: %s has no barriers and fits",
      async (path) => {
        const opened = await worldOf().open({ path, size: "phone", language: "en" });
        await opened.page.getByRole("heading", { level: 1 }).waitFor();
        await opened.page.locator(".mantine-Skeleton-root").first().waitFor({ state: "detached" });
        await expectGoodLooks(opened, `${prefix}${path.replaceAll("/", "-")}-phone-en`);
      },
      60_000,
    );
  });
}

async function expectGoodLooks({ page, watch, close }: OpenConsole, name: string): Promise<void> {
  await page.evaluate("document.fonts.ready");
  await shoot(page, name, true);
  expect(await axeProblems(page)).toEqual([]);
  await expectFits(page);
  expect(watch.foreign).toEqual([]);
  await close();
}
