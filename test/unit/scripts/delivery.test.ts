import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseConfig } from "../../../src/config.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

it("the forge's description pins each action by its commit, and runs commands that there are", () => {
  const workflow = read(".github/workflows/ci.yml");
  const used = [...workflow.matchAll(/uses: (\S+)/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(5);
  for (const name of used) expect(name).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  const { scripts } = JSON.parse(read("package.json"));
  const commands = [...workflow.matchAll(/run: npm (?:run )?([\w:]+)/g)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(3);
  for (const name of commands) expect(Object.keys(scripts)).toContain(name);
});

it("the laptop's server is given all that it needs, and images by version", () => {
  const compose = read("compose.yaml");
  const [, block = ""] = /environment: &settings\n((?: {4}.*\n)+)/.exec(compose) ?? [];
  const pairs = [...block.matchAll(/^ {4}([A-Z_]+): "?([^"\n]+)"?$/gm)];
  const environment = Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
  expect(parseConfig(environment, "serve")).toMatchObject({ tcfRole: "publisher", warnings: [] });
  const images = [...compose.matchAll(/image: (\S+)/g)].map(([, name]) => name);
  for (const name of images) expect(name).toMatch(/:(?:\d+\.\d+[\w.-]*|local)$/);
  expect(compose).toContain("read_only: true");
});

it("the image is built in stages, runs as node, and writes to one place only", () => {
  const dockerfile = read("Dockerfile");
  expect(dockerfile.match(/^FROM /gm)?.length).toBeGreaterThanOrEqual(3);
  const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  for (const line of [
    "\nUSER node\n",
    "\nHEALTHCHECK ",
    "sbom.cdx.json",
    "VOLUME /var/lib/atelier",
  ])
    expect(last).toContain(line);
  expect(last).not.toMatch(/npm (?:ci|install)|COPY (?:src|scripts|test)/);
});
