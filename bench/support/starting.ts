import { type KindName, kinds } from "./kinds.ts";
import { type PinnedServer, startPinned } from "./processes.ts";
import { type PlannedRow, type ServerPlan, serverKey, usualCount } from "./rows.ts";
import type { BenchStores } from "./stores.ts";
import { userAgent } from "./wrk.ts";

/** Servers by `serverKey`, started once each. */
export type Servers = ReadonlyMap<string, PinnedServer>;

export interface Probe {
  /** Bytes of the middle answer. */
  readonly bytes: number;
  /** Share of the answers with an ad or a bid, 0 to 1; null = it is no matter of ads. */
  readonly filled: number | null;
}

/** Starts every server of the rows, ours first: bare ones answer as many bytes as ours do. */
export async function startServers(
  rows: readonly PlannedRow[],
  stores: BenchStores,
  folder: string,
  linesOf: (kind: KindName) => readonly string[],
): Promise<Servers> {
  const servers = new Map<string, PinnedServer>();
  const start = async (plan: ServerPlan, file: string, args: readonly string[]) => {
    const server = await startPinned(serverKey(plan), file, ["0", ...args]);
    servers.set(serverKey(plan), server);
  };
  const plans = new Map(rows.map(({ server }) => [serverKey(server), server]));
  const wanted = [...plans.values()];
  for (const plan of wanted)
    if (plan.is === "atelier") {
      const { campaigns, skew } = plan;
      const database = (campaigns === usualCount ? stores.databaseUrl : null) ?? "-";
      const args = [`${campaigns}`, stores.redis.url, folder, "shed-off", skew, database, "tended"];
      await start(plan, "atelier.ts", args);
    }
  for (const plan of wanted)
    if (plan.is === "compared")
      await start(plan, comparedFiles[plan.way], [storeUrl(plan, stores)]);
  const bytes = new Map<KindName, number>();
  for (const plan of wanted) {
    if (plan.is !== "bare") continue;
    const kind = plan.answers;
    if (!bytes.has(kind)) bytes.set(kind, await usualBytes(kind, rows, servers, linesOf));
    const [file, args] = bareCommand(plan, bytes.get(kind) ?? 0, stores.redis.url);
    await start(plan, file, args);
  }
  return servers;
}

const comparedFiles = {
  PostGIS: "../compare/postgis.ts",
  GEOSEARCH: "../compare/geosearch.ts",
  "linear scan": "../compare/linearScan.ts",
} as const;

function storeUrl(plan: ServerPlan & { is: "compared" }, stores: BenchStores): string {
  return plan.way === "PostGIS" ? (stores.postgis?.url ?? "-") : stores.redis.url;
}

function bareCommand(
  { flavour }: ServerPlan & { is: "bare" },
  bytes: number,
  redisUrl: string,
): readonly [file: string, args: readonly string[]] {
  if (flavour === "node:http") return ["bareHttp.ts", [`${bytes}`]];
  const redis = flavour === "Express" ? "-" : redisUrl;
  const reader = flavour === "Express, own reader, GET" ? "own" : "express";
  return ["bareExpress.ts", [`${bytes}`, redis, reader]];
}

/** As many bytes as one of our servers of the run answers to the kind; where none is asked that, a small answer's. */
async function usualBytes(
  kind: KindName,
  rows: readonly PlannedRow[],
  servers: Servers,
  linesOf: (kind: KindName) => readonly string[],
): Promise<number> {
  if (kind === "pixels") return pixelBytes;
  const ours = rows.find((row) => row.kind === kind && row.server.is === "atelier");
  const server = ours && servers.get(serverKey(ours.server));
  return server === undefined ? 178 : (await probe(server, kind, linesOf(kind))).bytes;
}

/** A transparent gif. */
const pixelBytes = 43;

/** Asks for some of the lines as a browser does. Throws when the answers are not what the kind promises. */
export async function probe(
  server: PinnedServer,
  kind: KindName,
  lines: readonly string[],
): Promise<Probe> {
  const { method, path, leastFilled } = kinds[kind];
  const sizes: number[] = [];
  let filled = 0;
  const asked = lines.slice(0, kind === "forecasts" ? 10 : 100);
  for (const line of asked) {
    const headers = { "content-type": "application/json", "user-agent": userAgent };
    const url = `http://127.0.0.1:${server.port}${method === "POST" ? path : line}`;
    const body = method === "POST" ? { body: line } : {};
    const answer = await fetch(url, { method, headers, ...body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${server.name} answered ${answer.status} to ${line}: ${text}`);
    if (/"campaignId"|"seatbid"/.test(text)) filled++;
    sizes.push(text.length);
  }
  const bytes = sizes.sort((a, b) => a - b)[sizes.length >> 1] ?? 0;
  const isOfAds = leastFilled !== null || kind.startsWith("no");
  return { bytes, filled: isOfAds ? filled / asked.length : null };
}

/**
 * Says so when a server fills less than the kind promises: on a machine that is very busy a few answers are late, and empty.
 * Throws when less than a half is filled, or anything of what should find nothing: then something else is measured.
 */
export function checkFilled(row: PlannedRow, { filled }: Probe): void {
  const { leastFilled } = kinds[row.kind];
  if (filled === null || row.server.is === "bare") return;
  // Who decides by less finds an ad wherever we do; their misses are their own.
  if (row.server.is === "compared") return;
  const isWrong = leastFilled === null ? filled > 0 : filled < leastFilled;
  if (!isWrong) return;
  const told = `${row.name}: ${(100 * filled).toFixed(0)} % of the answers had an ad`;
  if (leastFilled === null || filled < leastFilled / 2) throw new Error(told);
  process.stderr.write(`${told}\n`);
}
