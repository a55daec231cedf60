import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetUpError, say } from "./say.mjs";
import { repository } from "./setUp.mjs";
import { runNode } from "./supervise.mjs";

const stampName = ".built-from";
const leftOut = new Set(["dist", "node_modules"]);

/**
 * What browsers get and is built: each from its sources (files and folders, of which `dist` is none), by a program of ours
 * that writes the whole of `output`.
 */
export const webFiles = [
  {
    name: "the page tag",
    sources: ["tag/page", "scripts/tag-build.ts", "package-lock.json"],
    output: "tag/page/dist",
    run: ["scripts/tag-build.ts"],
  },
  {
    name: "the console",
    // With the versions of what it is made of.
    sources: [
      "console",
      "sdk/src",
      "src/geo",
      "src/campaigns/limits.ts",
      "src/shops/chooseBid.ts",
      "scripts/web/buildConsole.mjs",
      "package-lock.json",
    ],
    output: "console/dist",
    run: ["scripts/web/buildConsole.mjs"],
  },
];

/** Builds what browsers get where its sources are others than those that it was built from. */
export async function buildWebFiles() {
  for (const build of webFiles) await buildWhenChanged(build);
}

/** @param {{ name: string, sources: string[], output: string, run: string[] }} build paths from the repository's root */
export async function buildWhenChanged({ name, sources, output, run }) {
  // Where there is nothing to build from, what is there is served.
  if (!sources.every((path) => existsSync(join(repository, path)))) return;
  const stamp = join(repository, output, stampName);
  const wanted = contentOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say(`building ${name}`);
  if ((await runNode(run)) !== 0) throw new SetUpError(`${name} could not be built: see above.`);
  writeFileSync(stamp, wanted);
}

/** Names and contents, so that neither a checkout's dates nor its place matter. */
function contentOf(sources) {
  const hash = createHash("sha256");
  for (const path of sources.flatMap(filesOf)) {
    hash.update(`${path}\0`);
    hash.update(readFileSync(join(repository, path)));
    hash.update("\0");
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!statSync(join(repository, path)).isDirectory()) return [path];
  return readdirSync(join(repository, path))
    .filter((name) => !leftOut.has(name))
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`));
}
