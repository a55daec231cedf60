import { parentPort, workerData } from "node:worker_threads";
import { createCampaignFeed } from "../stores/postgres/campaignFeed.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import { applyChanges, buildSnapshot } from "../targeting/snapshot.ts";
import type { RebuildMessage, RebuildOrder } from "./rebuildBase.ts";
import { loadBase } from "./snapshotFollower.ts";
import { transferablesOf } from "./transferables.ts";

const { databaseUrl, nowMs } = workerData as RebuildOrder;
const tell = (message: RebuildMessage, transfer: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, [...transfer]);
const log = (message: string): void => tell({ kind: "log", message });

const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 60_000 });
try {
  const state = await loadBase({
    feed: createCampaignFeed(db, (campaignIds) =>
      log(`campaigns are left out, their rows are broken: ${campaignIds.join(", ")}`),
    ),
    buildSnapshot,
    applyChanges,
    onSwap: () => undefined,
    log,
    clock: () => nowMs,
  });
  tell({ kind: "done", state }, transferablesOf(state));
} finally {
  await db.destroy();
}
