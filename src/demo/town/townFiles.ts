import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export interface TownFile {
  readonly contentType: string;
  readonly body: Buffer | string;
}

const browserFolder = new URL("../../../town/", import.meta.url);
const packages = new URL("../../../node_modules/", import.meta.url);
const fonts: Readonly<Record<string, string>> = {
  "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "bricolage.woff2":
    "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2",
};

/**
 * What the pages of the town load besides themselves: the style, the script (put together at the first request) and fonts;
 * null = there is no such file. Everything is read once.
 */
export function createTownFiles(): (name: string) => Promise<TownFile | null> {
  const known = new Map<string, Promise<TownFile | null>>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const read = readTownFile(name);
    // Names are few: others are not remembered.
    void read
      .then((file) => (file === null ? known.delete(name) : undefined))
      .catch(() => known.delete(name));
    known.set(name, read);
    return read;
  };
}

async function readTownFile(name: string): Promise<TownFile | null> {
  const font = Object.hasOwn(fonts, name) ? fonts[name] : undefined;
  if (font !== undefined)
    return { contentType: "font/woff2", body: await readFile(new URL(font, packages)) };
  switch (name) {
    case "town.css":
      return { contentType: "text/css; charset=utf-8", body: await readOwn("town.css") };
    case "icon.svg":
      return { contentType: "image/svg+xml", body: await readOwn("icon.svg") };
    case "town.js":
      return { contentType: "text/javascript; charset=utf-8", body: await bundleScript() };
    default:
      return null;
  }
}

const readOwn = (name: string): Promise<string> => readFile(new URL(name, browserFolder), "utf8");

/** Some fifty milliseconds; the package is loaded only for this. */
async function bundleScript(): Promise<string> {
  const { rolldown } = await import("rolldown");
  const build = await rolldown({
    input: fileURLToPath(new URL("main.ts", browserFolder)),
    platform: "browser",
    logLevel: "silent",
  });
  try {
    const { output } = await build.generate({ format: "iife", minify: true });
    return output[0].code;
  } finally {
    await build.close();
  }
}
