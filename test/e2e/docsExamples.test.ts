import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { demoSite } from "../../src/demo/demoSite.ts";
import { seedDemoSsp } from "../../src/demo/demoSsp.ts";
import { seedDemo } from "../../src/demo/seedDemo.ts";
import { seedPopulation } from "../../src/demo/seedPopulation.ts";
import { freePort } from "../../src/embedded/freePort.ts";
import { compileZone } from "../../src/geo/compileZone.ts";
import { createCampaignStore } from "../../src/stores/postgres/campaignStore.ts";
import { campaignCount } from "../../src/targeting/snapshot.ts";
import { demoPlaces } from "../support/demoShops.ts";
import { frenchPlaces } from "../support/geography.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { differences, type Example, examplesOf } from "./docsBlocks.ts";

const repository = join(import.meta.dirname, "..", "..");
/** Each with the least number of its examples: whoever deletes some has to say so. */
const pages = [
  ["README.md", 6],
  ["docs/api.md", 6],
  ["docs/resources.md", 4],
  ["docs/creatives.md", 3],
  ["docs/billing.md", 1],
  ["docs/ssp-integration.md", 3],
  ["docs/ssp-operations.md", 4],
] as const;
const visitorSecret = "a secret of the examples of the documentation";
/** What the pages promise to come true does so within this. */
const eventuallyMs = 10_000;

let system: System;
let shell: ChildProcess;
let folder = "";

/** The demo of two of the départements that the pages speak of: `npm start` itself is tried elsewhere. */
async function seed(): Promise<void> {
  const { db, scores } = system.server.stores;
  const nowMs = Date.now();
  const places = demoPlaces.filter((place) => ["87", "974"].includes(place.departementCode));
  const store = createCampaignStore(db);
  await seedDemoSsp(store.ssps);
  const outcome = await seedDemo({
    store,
    places,
    compileZone: (zone) => compileZone(zone, frenchPlaces),
    // Who has spent all is over: the counters of this system's Redis begin at nothing.
    recordSpending: async (spending) => {
      const spentIds = spending.map(({ campaignId }) => campaignId);
      await sql`update campaigns set status = 'ended' where id = any(${spentIds})`.execute(db);
    },
    signingSecret: visitorSecret,
    publicUrl: system.url,
    nowMs,
    log: () => undefined,
  });
  const segments = await store.segments.readAll();
  await seedPopulation({
    scores,
    visitorKeyOf: createVisitorKeyOf(visitorSecret),
    places: demoPlaces,
    segmentIdBySlug: new Map(segments.map(({ slug, segmentId }) => [slug, segmentId])),
    count: 1,
    nowMs,
  });
  // So many campaigns at once come with a new base; the site is the last thing that is seeded.
  const { publicKey, placements } = demoSite;
  const last = placements.at(-1)?.code ?? "";
  const { state } = system.server.jobs;
  await until(
    () =>
      state.sites().placement(publicKey, last) !== null &&
      campaignCount(state.snapshot()) === outcome.campaigns,
    20_000,
  );
}

beforeAll(async () => {
  const port = await freePort();
  system = await startSystem({
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    VISITOR_SECRET: visitorSecret,
  });
  await seed();
  folder = await mkdtemp(join(tmpdir(), "atelier-docs-"));
  shell = spawn("bash", [], {
    cwd: folder,
    stdio: ["pipe", "ignore", "inherit"],
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      ATELIER: system.url,
      KEY: system.adminKey,
    },
  });
  shell.stdin?.write("set -o pipefail\n");
});
afterAll(async () => {
  shell?.stdin?.end();
  await system?.close();
  await rm(folder, { recursive: true, force: true });
});

let runs = 0;

/** Runs a block in the shell that ran the blocks before it, so that what they have set is there; gives what it prints. */
async function run({ commands }: Example): Promise<string> {
  const name = join(folder, `block-${++runs}`);
  shell.stdin?.write(`{\n${commands}\n} > ${name}.out 2>&1\necho $? > ${name}.tmp\n`);
  shell.stdin?.write(`mv ${name}.tmp ${name}.code\n`);
  await until(() => existsSync(`${name}.code`));
  const output = readFileSync(`${name}.out`, "utf8");
  const code = readFileSync(`${name}.code`, "utf8").trim();
  return code === "0" ? output : `ended with ${code}: ${output}`;
}

function problemsOf({ expected }: Example, output: string): readonly string[] {
  if (expected === null) return output.startsWith("ended with ") ? [output] : [];
  if (expected.kind === "text") return differences(expected.text, output.trim());
  return differences(JSON.parse(expected.text), parseOrNull(output)).map(
    (problem) => `${problem}\n${output}`,
  );
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

describe.each(pages)("%s", (page, leastExamples) => {
  const examples = examplesOf(page, readFileSync(join(repository, page), "utf8"));

  test("has examples", () => {
    expect(examples.length).toBeGreaterThanOrEqual(leastExamples);
  });

  test.each(examples)("the block of line $line does what the page says", async (example) => {
    let problems = problemsOf(example, await run(example));
    if (example.isEventual && problems.length > 0) {
      const tryAgain = async (): Promise<boolean> => {
        problems = problemsOf(example, await run(example));
        return problems.length === 0;
      };
      await until(tryAgain, eventuallyMs).catch(() => undefined);
    }
    expect(problems).toEqual([]);
  });
});

describe("a page that is wrong", () => {
  test("is found: another value, a missing field, a shorter list, a list that is not empty", () => {
    const actual = { name: "Limoges", codes: ["87000", "87100"] };
    expect(differences({ name: "Lim…", codes: ["87000"] }, actual)).toEqual([]);
    expect(differences({ name: "Lyon…" }, actual)).toHaveLength(1);
    expect(differences({ title: "…" }, actual)).toHaveLength(1);
    expect(differences({ codes: ["87000", "87100", "87280"] }, actual)).toHaveLength(1);
    expect(differences({ codes: [] }, actual)).toHaveLength(1);
    expect(differences({ name: null }, actual)).toHaveLength(1);
  });
});
