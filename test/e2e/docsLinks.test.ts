import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const repository = join(import.meta.dirname, "..", "..");
const pages = [
  "README.md",
  "AGENTS.md",
  "test/golden/README.md",
  ...readdirSync(join(repository, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`),
];

/** As GitHub makes the anchor of a heading: lower case, no punctuation, dashes for blanks. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Links that lead nowhere within the repository; those to the web are not tried. */
function brokenLinks(page: string, markdown: string): readonly string[] {
  const links = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? join(repository, page) : join(repository, dirname(page), path);
    if (!existsSync(file)) return true;
    if (anchor === undefined) return false;
    return statSync(file).isDirectory() || !anchorsOf(readFileSync(file, "utf8")).includes(anchor);
  });
}

const tree = [
  "src",
  "docs",
  "test",
  "scripts",
  "migrations",
  "bench",
  "console",
  "sdk",
  "tag",
  // Without what is installed there.
  "infra/lambda",
  "infra/lib",
  "infra/test",
].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" }).map(
    (name) => `/${folder}/${name.replaceAll("\\", "/")}`,
  ),
);

/** Paths named in the text that no file of the tree ends with. A name without a folder may be anything. */
function missingFiles(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, "");
  const named = [...prose.matchAll(/`([\w.-]+\/[\w./-]+\.(?:ts|mjs|md))`/g)];
  const paths = named.map(([, path = ""]) => path);
  return paths.filter((path) => !tree.some((file) => file.endsWith(`/${path}`)));
}

describe.each(pages)("%s", (page) => {
  const markdown = readFileSync(join(repository, page), "utf8");

  test("leads only to what is there", () => {
    expect(brokenLinks(page, markdown)).toEqual([]);
  });

  test("names only files that are there", () => {
    expect(missingFiles(markdown)).toEqual([]);
  });
});

test("a link, an anchor and a file that are not there are found", () => {
  const wrong = "[a](docs/none.md) [b](README.md#none) [c](#none) `src/none.ts` `src/main.ts`";
  expect(brokenLinks("README.md", wrong)).toHaveLength(3);
  expect(missingFiles(wrong)).toEqual(["src/none.ts"]);
});
