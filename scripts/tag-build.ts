import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/**
 * Makes the page tag: `tag/page/dist/atelier.js`, which pages load, and `atelier-VERSION.js`, which it brings. Fails when both
 * together are larger than a page should have to take. The version holds the hash of the content, so that what a cache keeps
 * for ever is never another thing.
 */
const repository = fileURLToPath(new URL("..", import.meta.url));
const source = join(repository, "tag", "page");
const output = join(source, "dist");
const mostBytes = 6 * 1024;
/** Of what pages call: the first number changes when a page would have to. */
const api = "1.0";

/** Names that are nobody's but ours: neither of pages, of the server nor of browsers. A test tries what is built. */
const ownNames =
  /^(askedAtMs|refreshes|isFilled|isPersonal|secondsSeen|watched|stops|element|wish|slots|wanting|gate|near|again|onDrawn|onClick|isSeen|unwatch|pass|config|url|code|timer|out|later|cancel|start)$/;

async function bundle(entry: string, version: string): Promise<string> {
  const build = await rolldown({
    input: join(source, entry),
    cwd: repository,
    platform: "browser",
    transform: { target: "es2022", define: { __VERSION__: JSON.stringify(version) } },
  });
  try {
    const { output: chunks } = await build.generate({
      format: "iife",
      comments: { annotation: false },
      minify: { compress: true, mangle: { toplevel: true }, mangleProps: { include: ownNames } },
    });
    return chunks[0].code.trim();
  } finally {
    await build.close();
  }
}

const draft = await bundle("main.ts", api);
const hash = createHash("sha256").update(draft).digest("hex").slice(0, 8);
const version = `${api}.${hash}`;
const files = {
  "atelier.js": await bundle("loader.ts", version),
  [`atelier-${version}.js`]: await bundle("main.ts", version),
};
const sizes = Object.entries(files).map(([name, code]) => {
  const bytes = Buffer.from(code);
  return { name, gzip: gzipSync(bytes, { level: 9 }).length, br: brotliCompressSync(bytes).length };
});
const sum = (kind: "gzip" | "br"): number => sizes.reduce((all, size) => all + size[kind], 0);
const told = sizes.map(({ name, gzip }) => `${name} ${gzip}`).join(", ");
console.log(
  `page tag: ${told}; together ${sum("gzip")} of ${mostBytes} bytes in gzip, ${sum("br")} in br`,
);
if (sum("gzip") > mostBytes) {
  console.error(`The page tag is larger than ${mostBytes} bytes in gzip.`);
  process.exit(1);
}

// Whoever reads meanwhile finds the one or the other, whole.
mkdirSync(output, { recursive: true });
for (const [name, code] of Object.entries(files).reverse()) writeFileSync(join(output, name), code);
for (const name of readdirSync(output)) {
  if (name.endsWith(".js") && !Object.hasOwn(files, name)) rmSync(join(output, name));
}
