import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "..", "..", "..");
const tsc = join(repository, "node_modules", ".bin", "tsc");

/** A project of somebody else, with the built package and nothing else of ours. */
let project = "";

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "atelier-sdk-"));
  const modules = join(project, "node_modules");
  const client = join(modules, "@atelier", "client");
  await mkdir(client, { recursive: true });
  const dist = join(client, "dist");
  const sdk = join(repository, "sdk");
  await run(process.execPath, [tsc, "-p", join(sdk, "tsconfig.json"), "--outDir", dist]);
  await cp(join(sdk, "package.json"), join(client, "package.json"));
  await Promise.all(
    ["@types", "undici-types"].map((name) =>
      symlink(join(repository, "node_modules", name), join(modules, name)),
    ),
  );
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
});
afterAll(() => rm(project, { recursive: true, force: true }));

async function compile(source: string): Promise<string> {
  const file = join(project, "use.ts");
  await writeFile(file, source);
  const flags =
    "--noEmit --strict --skipLibCheck --module nodenext --target es2024 --types node".split(" ");
  const compiling = run(process.execPath, [tsc, ...flags, file], { cwd: project });
  return compiling.then(
    () => "",
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
}

const use = (name: string, code: string) => `
  import { createAtelierClient } from "@atelier/client";
  import { AtelierProblem } from "@atelier/client/problem";
  import type { Campaign } from "@atelier/client/types";
  const atelier = createAtelierClient({ baseUrl: "https://ads.example.fr" });
  export async function use(): Promise<readonly Campaign[]> {
    const found: Campaign[] = [];
    for await (const one of atelier.every("listCampaigns", { status: "active" })) found.push(one);
    try {
      await atelier.createAdvertiser({ body: { name: "Un"${name} } });
    } catch (error) {
      if (error instanceof AtelierProblem && error.code === "${code}") return found;
    }
    return [];
  }
`;

test("the built package compiles in a project of somebody else, and a mistake does not", async () => {
  expect(await compile(use(', trade: "deux"', "invalid_body"))).toBe("");
  const mistakes = await compile(use("", "no_such_code"));
  expect(mistakes).toMatch(/Property 'trade' is missing/);
  expect(mistakes).toMatch(/"no_such_code"' have no overlap/);
});

test("the built package runs without a compiler", async () => {
  const script = `
    import { createAtelierClient } from "@atelier/client";
    const fetch = async (url) => new Response(JSON.stringify({ status: "alive", url }));
    const client = createAtelierClient({ baseUrl: "https://ads.example.fr", world: { fetch } });
    console.log(JSON.stringify(await client.readHealth()));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    cwd: project,
  });
  expect(JSON.parse(stdout)).toEqual({
    status: "alive",
    url: "https://ads.example.fr/healthz",
  });
});
