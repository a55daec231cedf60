import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules, createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";

const repository = join(import.meta.dirname, "../..");
const staging = join(import.meta.dirname, "../cdk.out/functions");

/** A package of the server that a function brings along, or one that Lambda's Node has itself. */
const ofLambda = /^(node:|@aws-sdk\/)/;

/**
 * Lays out a function as Lambda runs it: the entry and all that it imports, with the types taken out and nothing else changed,
 * `index.mjs` in front, and the packages that the code uses. The layout depends on the sources alone, so that an unchanged
 * function is not deployed again. Returns the folder. Throws where an import leads nowhere.
 */
export function stageFunction(entry: string, alongside: readonly string[] = []): string {
  const folder = join(
    staging,
    relative(import.meta.dirname, entry).replaceAll(/[^a-zA-Z0-9]+/g, "-"),
  );
  rmSync(folder, { recursive: true, force: true });
  const files = new Set<string>();
  const packages = new Set<string>();
  collect(entry, files, packages);
  for (const file of files) {
    const target = join(folder, moduleName(relative(repository, file)));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      file.endsWith(".ts") ? toModule(readFileSync(file, "utf8")) : readFileSync(file),
    );
  }
  const handler = `./${moduleName(relative(repository, entry))}`;
  writeFileSync(join(folder, "index.mjs"), `export { handler } from "${handler}";\n`);
  for (const path of alongside)
    cpSync(join(repository, path), join(folder, path), { recursive: true });
  for (const name of packages) bringPackage(name, folder);
  return folder;
}

/** The entry and, again and again, what it imports. */
function collect(file: string, files: Set<string>, packages: Set<string>): void {
  if (files.has(file)) return;
  files.add(file);
  if (!file.endsWith(".ts")) return;
  // What is imported for its types alone is gone once they are.
  for (const name of importsOf(stripTypeScriptTypes(readFileSync(file, "utf8")))) {
    if (name.startsWith(".")) {
      const target = join(dirname(file), name);
      if (!existsSync(target)) throw new Error(`${relative(repository, file)} imports ${name}`);
      collect(target, files, packages);
    } else if (!ofLambda.test(name) && !builtinModules.includes(name))
      packages.add(packageOf(name));
  }
}

function importsOf(source: string): readonly string[] {
  const shape = /^\s*(?:(?:import|export)\s[^;"'()=]*?\sfrom\s+|import\s+)"([^"]+)"/gm;
  return [...source.matchAll(shape)].map(([, name]) => name ?? "");
}

function toModule(source: string): string {
  return stripTypeScriptTypes(source).replaceAll(
    /((?:from|import)\s+")(\.[^"]+)\.ts"/g,
    (_all, before: string, path: string) => `${before}${path}.mjs"`,
  );
}

function moduleName(path: string): string {
  return path.replace(/\.ts$/, ".mjs");
}

function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

/** A package of the server's lockfile with those that it needs. */
function bringPackage(name: string, folder: string): void {
  const from = join(repository, "node_modules", name);
  const to = join(folder, "node_modules", name);
  if (existsSync(to)) return;
  const described = createRequire(import.meta.url)(join(from, "package.json"));
  cpSync(from, to, { recursive: true, filter: (path) => !/\.(map|d\.ts|md)$/.test(path) });
  for (const inner of Object.keys(described.dependencies ?? {})) bringPackage(inner, folder);
}
