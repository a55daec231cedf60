import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { Environment } from "../../../src/config.ts";
import { freePort } from "../../../src/embedded/freePort.ts";
import { findCreative } from "../../../src/targeting/snapshot.ts";
import { browser } from "../browser.ts";
import { campaignBody } from "../campaignBodies.ts";
import { findChromium, startChromium, type TestBrowser } from "../chromium.ts";
import { type System, startSystem } from "../system.ts";
import { until } from "../until.ts";
import { startTagPublisher, type TagPublisher } from "./publisher.ts";

const repository = join(import.meta.dirname, "..", "..", "..");

/** A whole ad server, a publisher whose pages it serves, and a browser. */
export interface TagSystem {
  readonly system: System;
  readonly publisher: TagPublisher;
  readonly chromium: TestBrowser;
  /** The loader of a page of the publisher's, which searches in Limoges. */
  readonly script: string;
  /** A shop of Limoges with a campaign and creatives; answers the campaign's id once they serve. */
  openShop(shop: TagShop): Promise<number>;
  /** The kinds of events that the ledger holds of a campaign, in alphabetical order. */
  eventsOf(campaignId: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface TagShop {
  readonly name: string;
  readonly campaign?: Readonly<Record<string, unknown>>;
  /** Without its campaign. */
  readonly creatives: readonly Readonly<Record<string, unknown>>[];
}

export const chromiumPath: string | null = findChromium();
if (chromiumPath === null)
  process.stderr.write("No Chromium on the PATH: what pages do with the tag is not tried.\n");

/** Starts them all. The tag is built when it is older than its sources. */
export async function startTagSystem(environment: Environment = {}): Promise<TagSystem> {
  if (!isBuilt())
    execFileSync(process.execPath, ["scripts/tag-build.ts"], { cwd: repository, stdio: "pipe" });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [system, publisher, chromium] = await Promise.all([
    startSystem({ PORT: `${port}`, PUBLIC_URL: url, ...environment }),
    startTagPublisher(url),
    startChromium(chromiumPath ?? "", browser),
  ]);
  const site = await system.create("/v1/sites", {
    name: "Annonces",
    allowedOrigins: [publisher.origin],
  });
  const key = String(site.publicKey ?? site.key);
  await until(() => system.server.jobs.state.sites().site(key) !== null);
  const settings = { place: { search: { postalCode: "87000" } }, cmpTimeout: 0 };
  return {
    system,
    publisher,
    chromium,
    script:
      `<script type="application/json" data-atelier-config>${JSON.stringify(settings)}</script>` +
      `<script async src="ADS/tag/atelier.js" data-site="${key}"></script>`,
    openShop: (shop) => openShop(system, shop),
    async eventsOf(campaignId) {
      const { rows } = await sql<{ readonly kind: string }>`
        select kind from ledger where campaign_id = ${campaignId} order by 1`.execute(
        system.server.stores.jobsDb,
      );
      return rows.map(({ kind }) => kind);
    },
    async close() {
      await chromium.close();
      publisher.close();
      await system.close();
    },
  };
}

/** `npm test` has built it; who tries one file may have changed it since. */
function isBuilt(): boolean {
  const folder = join(repository, "tag", "page");
  const changedMs = (path: string): number =>
    statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const builtMs = changedMs(join(folder, "dist", "atelier.js"));
  const sources = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return sources.every((name) => changedMs(join(folder, name)) < builtMs);
}

async function openShop(system: System, { name, campaign, creatives }: TagShop): Promise<number> {
  const shop = await system.create("/v1/advertisers", { name, payerName: name, trade: name });
  const { advertiserId = 0 } = shop;
  const made = await system.create(
    "/v1/campaigns",
    campaignBody({ advertiserId, pacing: "asap", ...campaign }),
  );
  const { campaignId = 0 } = made;
  for (const fields of creatives) {
    const { creativeId = 0 } = await system.create("/v1/creatives", { ...fields, campaignId });
    const { snapshot } = system.server.jobs.state;
    await until(() => findCreative(snapshot(), campaignId, creativeId) !== null);
  }
  return campaignId;
}
