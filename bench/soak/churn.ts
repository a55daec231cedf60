import { createRandom } from "../../src/demo/random.ts";
import { createCampaignStore } from "../../src/stores/postgres/campaignStore.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";

/** Writes of campaigns, as many a second as was asked for, or as Postgres takes. */
export interface Churn {
  /** How many since the last time it was asked. */
  readonly takeCount: () => { readonly written: number; readonly failed: number };
  readonly stop: () => Promise<void>;
}

const actor = { apiKeyId: null, label: "soak" };
const lanes = 8;
const bidStep = 1_000;

/**
 * Changes bids of campaigns chosen at random through the campaign store: the row, its audit entry, the change and its NOTIFY in
 * one transaction, as a PATCH does. Not through HTTP: a hundred PATCHes a second would take more of this machine's two processors
 * than the pages that are measured. What is left out is the parsing of bodies and keys.
 */
export function startChurn(databaseUrl: string, campaigns: number, perSecond: number): Churn {
  const db = createDatabase({
    url: databaseUrl,
    maxConnections: lanes,
    statementTimeoutMs: 10_000,
  });
  const store = createCampaignStore(db);
  const { next: random } = createRandom(41);
  let counts = { written: 0, failed: 0 };
  let isStopped = false;
  const beganMs = performance.now();
  let begun = 0;
  const writeOne = async (): Promise<void> => {
    const id = 1 + Math.floor(random() * campaigns);
    try {
      await store.campaigns.change(
        id,
        (kept) => ({
          ...kept,
          bidMicros:
            kept.bidMicros + (random() < 0.5 && kept.bidMicros > 10 * bidStep ? -bidStep : bidStep),
          compiledZone: null,
        }),
        actor,
      );
      counts = { ...counts, written: counts.written + 1 };
    } catch {
      counts = { ...counts, failed: counts.failed + 1 };
    }
  };
  const lane = async (): Promise<void> => {
    while (!isStopped) {
      const dueMs = beganMs + (begun * 1_000) / perSecond;
      begun += 1;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (!isStopped) await writeOne();
    }
  };
  const running = Array.from({ length: lanes }, lane);
  return {
    takeCount() {
      const taken = counts;
      counts = { written: 0, failed: 0 };
      return taken;
    },
    async stop() {
      isStopped = true;
      await Promise.all(running);
      await db.destroy();
    },
  };
}
