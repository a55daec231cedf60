import { type ImportOf, readImports, withoutComments } from "./readImports.ts";
import { guardedRooms, packageHomes, walls, wiring } from "./walls.ts";

/** Path relative to the repository → source. */
export type SourceTree = Readonly<Record<string, string>>;

const maximumLines = 250;
const maximumTestLines = 400;
const impure =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.|\bprocess\.|\bfetch\(|\bset(Timeout|Interval|Immediate)\(/;
const vague = /(^|\/)(utils?|helpers?|misc|common|index)\.(tsx?|mjs)$/;
/** What their tools read so. */
const mustExportDefault = new Set(["vitest.config.ts", "console/vite.config.ts"]);
const suppression =
  /@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable|\bas any\b|: any[,;)\]>|=]|<any>|\bany\[\]/;

/** Every breach of the house's rules, as sentences that begin with the file. */
export function findBreaches(tree: SourceTree): readonly string[] {
  const imports = Object.entries(tree).flatMap(([path, source]) => readImports(path, source));
  return [
    ...imports.flatMap(importBreaches),
    ...Object.entries(tree).flatMap(([path, source]) => sourceBreaches(path, source)),
    ...cycles(imports.filter((one) => !one.typeOnly && one.to in tree)).map(
      (cycle) => `${cycle[0]}: imports itself through ${cycle.join(" → ")}`,
    ),
  ];
}

function importBreaches(one: ImportOf): readonly string[] {
  const breach = (rule: string): string => `${one.from}: imports ${one.to}, but ${rule}`;
  if (one.from.startsWith("migrations/")) {
    return one.to.startsWith("src/")
      ? [breach("migrations import nothing from src: they must not change when it does")]
      : [];
  }
  if (!one.from.startsWith("src/") && !one.from.startsWith("console/")) return [];
  return isPath(one.to) ? pathBreaches(one, breach) : packageBreaches(one, breach);
}

function pathBreaches(one: ImportOf, breach: (rule: string) => string): readonly string[] {
  const found: string[] = [];
  if (one.from.startsWith("src/") && !one.to.startsWith("src/"))
    found.push(breach("src imports nothing from outside src"));
  const wall = walls.find(({ room }) => one.from.startsWith(room));
  if (wall !== undefined && !isWithin(one.to, [wall.room, ...wall.mayImport])) {
    found.push(breach(`${wall.room} may import only ${[wall.room, ...wall.mayImport].join(", ")}`));
  }
  for (const { room, visitors } of guardedRooms) {
    if (one.to.startsWith(room) && !isWithin(one.from, visitors))
      found.push(breach(`only ${visitors.join(", ")} may`));
  }
  return found;
}

function packageBreaches(one: ImportOf, breach: (rule: string) => string): readonly string[] {
  const found: string[] = [];
  const wall = walls.find(({ room }) => one.from.startsWith(room));
  if (wall !== undefined && !wall.mayUsePackages.includes(one.to)) {
    found.push(
      breach(
        `${wall.room} may use only these packages: ${wall.mayUsePackages.join(", ") || "none"}`,
      ),
    );
  }
  const home = packageHomes.find(({ packages }) => packages.test(one.to));
  const namesTypes = one.typeOnly && isWithin(one.from, wiring);
  if (home !== undefined && !namesTypes && !isWithin(one.from, home.homes))
    found.push(breach(`it belongs to ${home.homes.join(", ")}`));
  return found;
}

function sourceBreaches(path: string, source: string): readonly string[] {
  const found: string[] = [];
  const code = withoutComments(source);
  const lines = source.trimEnd().split("\n").length;
  const limit = path.startsWith("test/") ? maximumTestLines : maximumLines;
  if (lines > limit) found.push(`${path}: has ${lines} lines, the limit is ${limit}`);
  if (vague.test(path)) found.push(`${path}: a file is named after what it holds`);
  if (/^export\s+default\b/m.test(code) && !mustExportDefault.has(path))
    found.push(`${path}: has a default export`);
  if (isBarrel(code)) found.push(`${path}: only passes on what others export`);
  if (
    suppression.test(source) &&
    !path.startsWith("test/support/architecture/") &&
    path !== "test/architecture.test.ts"
  ) {
    found.push(`${path}: silences a check or uses any`);
  }
  if (path.startsWith("src/") && path !== "src/main.ts" && /\bprocess\.env\b/.test(code)) {
    found.push(`${path}: reads process.env, which only src/main.ts may`);
  }
  if (/import\.meta\.url\)\.pathname/.test(code) && path !== "test/architecture.test.ts")
    found.push(`${path}: a path of a URL has %20 for a space: take import.meta.dirname`);
  const wall = walls.find(({ room }) => path.startsWith(room));
  const use = wall?.pure === true ? impure.exec(code)?.[0] : undefined;
  if (use !== undefined)
    found.push(
      `${path}: uses ${use}, but ${wall?.room} is pure: time, chance and the world are arguments`,
    );
  return found;
}

function isBarrel(code: string): boolean {
  const statements = code
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return (
    statements.length > 0 &&
    statements.every((one) => /^export\s+(type\s+)?(\*|\{)[\s\S]*from\s+"/.test(one))
  );
}

/** Each cycle once, as the list of its files. Depth first; a file that is being visited again closes a cycle. */
function cycles(imports: readonly ImportOf[]): readonly (readonly string[])[] {
  const edges = Map.groupBy(imports, (one) => one.from);
  const done = new Set<string>();
  const found: (readonly string[])[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const since = trail.indexOf(file);
    if (since >= 0) found.push([...trail.slice(since), file]);
    if (since >= 0 || done.has(file)) return;
    for (const { to } of edges.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

function isPath(target: string): boolean {
  return /\.(tsx?|mjs|js|json|css)$/.test(target);
}

function isWithin(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place));
}
