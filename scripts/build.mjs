// Makes `dist/`: the production server as plain JavaScript with what browsers get, without what only `npm start` and the tests use.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { webFiles } from "./lib/buildWhenChanged.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const dist = join(repository, "dist");
const program = "src/main.js";

/** Rooms of the embedded start, and the command that enters them. */
const leftOut = [
  "src/embedded",
  "src/demo",
  "src/commands/start.js",
  "src/commands/demo.js",
  "src/commands/demoPast.js",
  "src/commands/demoTown.js",
  "src/commands/embeddedStream.js",
  "src/routes/demoImages.js",
  "src/routes/demoTown.js",
];

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(repository, "node_modules", ".bin", "tsc"), "-p", "tsconfig.build.json"],
  {
    cwd: repository,
    stdio: "inherit",
  },
);
cpSync(join(repository, "src"), join(dist, "src"), {
  recursive: true,
  filter: (path) => !/\.(ts|md)$/.test(path),
});
// Schemas of events and statements over the lake, where the compiled rooms look for them.
cpSync(join(repository, "warehouse"), join(dist, "warehouse"), { recursive: true });
for (const { run, output } of webFiles) {
  execFileSync(process.execPath, run, { cwd: repository, stdio: "inherit" });
  // Where the compiled server looks for it: beside its `src`, as in the repository.
  cpSync(join(repository, output), join(dist, output), { recursive: true });
}
for (const path of leftOut) rmSync(join(dist, path), { recursive: true, force: true });

const missing = missingImports(program, new Set());
if (missing.length > 0) {
  console.error(`The production server needs what is left out of it:\n${missing.join("\n")}`);
  process.exit(1);
}
const count = readdirSync(dist, { recursive: true }).filter((name) =>
  String(name).endsWith(".js"),
).length;
console.log(`dist: ${count} modules`);

/** Follows the static imports from the program: none may lead to a file that was left out. */
function missingImports(file, seen) {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(join(dist, file), "utf8");
  const found = [
    ...source.matchAll(/^(?:import|export)\s[^;"']*?(?:from\s+)?"(\.[^"]+\.js)"/gm),
  ].map((match) => join(dirname(file), match[1]));
  return found.flatMap((target) =>
    existsSync(join(dist, target)) ? missingImports(target, seen) : [`${file} imports ${target}`],
  );
}
