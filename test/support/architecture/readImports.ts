/** One import of a file, its specifier resolved: a path of the repository, or the name of a package. */
export interface ImportOf {
  readonly from: string;
  /** "src/geo/cells.ts", "express" (without a subpath), "node:crypto". */
  readonly to: string;
  readonly typeOnly: boolean;
}

const statement = /^[ \t]*(import|export)\s+(type\s+)?([^;"']*?from\s+)?"([^"\n]+)"/gm;
const dynamic = /\bimport\(\s*"([^"\n]+)"\s*\)/g;

/** All imports and re-exports of a source, static and dynamic. `path` is relative to the repository, with slashes. */
export function readImports(path: string, source: string): readonly ImportOf[] {
  const bare = withoutComments(source);
  const found: ImportOf[] = [];
  for (const [, , type, clause = "", specifier = ""] of bare.matchAll(statement)) {
    found.push({
      from: path,
      to: resolve(path, specifier),
      typeOnly: type !== undefined || hasOnlyTypes(clause),
    });
  }
  for (const [, specifier = ""] of bare.matchAll(dynamic)) {
    found.push({ from: path, to: resolve(path, specifier), typeOnly: false });
  }
  return found;
}

/** Takes comments out and leaves the rest, lines included, where it is. A `//` inside a string is kept. */
export function withoutComments(source: string): string {
  return source.replace(
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*/g,
    (piece) => (piece.startsWith("/") ? piece.replace(/[^\n]/g, " ") : piece),
  );
}

function hasOnlyTypes(clause: string): boolean {
  const names = /^\{([\s\S]*)\}\s*from\s+$/
    .exec(clause)?.[1]
    ?.split(",")
    .map((name) => name.trim());
  return names?.every((name) => name === "" || name.startsWith("type ")) ?? false;
}

function resolve(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) return packageName(specifier);
  const parts = path.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function packageName(specifier: string): string {
  const parts = specifier.split("/");
  if (specifier.startsWith("node:")) return parts[0] ?? specifier;
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
