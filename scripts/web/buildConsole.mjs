// Builds the console into console/dist, packs its files for browsers, and holds its first view to a budget.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "vite";

const root = fileURLToPath(new URL("../../console", import.meta.url));
const dist = join(root, "dist");
/** What a browser runs before somebody sees the first page: the entry, the campaigns, and what both import at once. */
const firstView = ["index.html", "src/campaigns/CampaignsPages.tsx"];
const budgetBytes = 250_000;
const packable = /\.(js|css|json|svg)$/;

/** How long files of builds before this one stay, for pages that are open. */
const keptMs = 3_600_000;

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);

// `--measure`: what was built is measured only, and too much of it is an error.
const measuresOnly = process.argv.includes("--measure");
if (!measuresOnly) {
  const { output } = await build({
    root,
    configFile: join(root, "vite.config.ts"),
    logLevel: "warn",
  });
  forgetOldFiles(new Set(output.map(({ fileName }) => fileName)));
  await pack();
}
const bytes = sum([...modulesOf(firstView)].map((file) => packedBytes(file)));
console.log(
  `console: the first view runs ${Math.round(bytes / 1_000)} kB of JavaScript (gzip; at most ${budgetBytes / 1_000})`,
);
if (bytes > budgetBytes) {
  console.error("The console's first view is too heavy: load what it does not show lazily.");
  if (measuresOnly) process.exitCode = 1;
}

function forgetOldFiles(present) {
  for (const name of readdirSync(join(dist, "assets"))) {
    const path = join(dist, "assets", name);
    const isPresent = present.has(`assets/${name.replace(/\.(gz|br)$/, "")}`);
    if (!isPresent && Date.now() - statSync(path).mtimeMs > keptMs) rmSync(path);
  }
}

/** Writes `.gz` and `.br` beside each file that gets smaller so. */
async function pack() {
  const names = readdirSync(dist, { recursive: true, encoding: "utf8" });
  await Promise.all(names.filter((name) => packable.test(name)).map((name) => packOne(name)));
}

async function packOne(name) {
  const content = readFileSync(join(dist, name));
  const [gz, br] = await Promise.all([
    gzipped(content, { level: 9 }),
    brotlied(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  ]);
  if (gz.length < content.length) writeFileSync(join(dist, `${name}.gz`), gz);
  if (br.length < content.length) writeFileSync(join(dist, `${name}.br`), br);
}

/** The scripts that entries need at once: their own and, again and again, what those import statically. */
function modulesOf(entries) {
  const manifest = JSON.parse(readFileSync(join(dist, ".vite", "manifest.json"), "utf8"));
  const files = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`the console's build has no ${key}`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return files;
}

function packedBytes(file) {
  const packed = join(dist, `${file}.gz`);
  return statSync(existsSync(packed) ? packed : join(dist, file)).size;
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}
