import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, rolldown } from "rolldown";

const repository = join(import.meta.dirname, "..", "..", "..");
const adapterFolder = join(repository, "tag", "prebid");
const prebidFolder = join(repository, "node_modules", "prebid.js", "dist", "src");

/**
 * Puts our adapter where its imports expect it: among the modules of the Prebid.js that npm installed. Its specification
 * names files as Prebid's own do ("modules/…", "src/…").
 */
const amongPrebid: Plugin = {
  name: "among-prebid",
  resolveId(source, importer) {
    const path = source.replace(/^\.\.\//, "");
    const isOurs = importer?.startsWith(adapterFolder) ?? false;
    if (!isOurs || !/^(src|libraries|modules)\//.test(path)) return null;
    const own = join(adapterFolder, path.replace(/^modules\//, ""));
    return existsSync(own) ? own : join(prebidFolder, path);
  },
};

/**
 * One script of a page made of `entry` and what it imports, Prebid.js and our adapter included. About a second.
 * @param entry JavaScript; a file beside the adapter is imported as "./name"
 */
export async function bundleForPage(entry: string): Promise<string> {
  const entryPath = join(adapterFolder, "\0entry.js");
  const build = await rolldown({
    input: entryPath,
    cwd: repository,
    plugins: [
      amongPrebid,
      {
        name: "entry",
        resolveId: (source) => (source === entryPath ? entryPath : null),
        load: (id) => (id === entryPath ? entry : null),
      },
    ],
    logLevel: "silent",
  });
  try {
    const { output } = await build.generate({ format: "iife" });
    return output[0].code;
  } finally {
    await build.close();
  }
}
