import type { RedisClient } from "./connect.ts";
import { leaseKey } from "./lease.ts";
import { publishThrottlesScript } from "./lua/pacing.ts";
import { createScript } from "./runScript.ts";

/** What a node takes: blocks of packed throttles, to be applied in their order. */
export interface TakenThrottles {
  readonly version: number;
  /** True when the first block is the whole table: whatever is not in it is not paced. */
  readonly whole: boolean;
  readonly blocks: readonly Buffer[];
}

export interface ThrottleStore {
  /**
   * Publishes changed throttles, and the whole table where it is given. "fenced" = another leader has come since;
   * "table_needed" = nothing was published, for there is no table to change.
   */
  readonly publish: (
    token: string,
    changed: Buffer,
    table: Buffer | null,
  ) => Promise<"published" | "fenced" | "table_needed">;
  /** What came after a version (0 = never took any); null = nothing. Rejects when Redis is away. */
  readonly take: (afterVersion: number) => Promise<TakenThrottles | null>;
}

const publishThrottles = createScript(publishThrottlesScript, "the slot");
const tableKey = "{pacing}:table";
const changesKey = "{pacing}:changes";
const versionBytes = 8;

export function createThrottleStore(redis: RedisClient): ThrottleStore {
  return {
    async publish(token, changed, table) {
      const args = [token, changed, table ?? ""];
      const code = await publishThrottles(redis, leaseKey, args);
      return code === 1 ? "published" : code === 2 ? "table_needed" : "fenced";
    },
    async take(afterVersion) {
      const changes = await readChanges(redis, afterVersion);
      const first = changes[0];
      if (first === undefined) return null;
      if (afterVersion > 0 && first.previous === afterVersion) return toTaken(changes, false);
      return takeWhole(redis);
    },
  };
}

interface Change {
  readonly version: number;
  readonly previous: number;
  readonly block: Buffer;
}

async function readChanges(redis: RedisClient, afterVersion: number): Promise<readonly Change[]> {
  const entries = await redis.xrangeBuffer(changesKey, `(${afterVersion}-0`, "+");
  return entries.map(([id, fields]) => ({
    version: Number.parseInt(id.toString(), 10),
    previous: Number(fields[1]),
    block: fields[3] ?? Buffer.alloc(0),
  }));
}

/** The table, and what has changed since it was written. */
async function takeWhole(redis: RedisClient): Promise<TakenThrottles | null> {
  const table = await redis.getBuffer(tableKey);
  if (table === null || table.length < versionBytes) return null;
  const version = table.readDoubleLE(0);
  const changes = await readChanges(redis, version);
  const taken = toTaken(changes, true);
  return {
    whole: true,
    version: taken?.version ?? version,
    blocks: [table.subarray(versionBytes), ...(taken?.blocks ?? [])],
  };
}

function toTaken(changes: readonly Change[], whole: boolean): TakenThrottles | null {
  const last = changes.at(-1);
  if (last === undefined) return null;
  return { version: last.version, whole, blocks: changes.map(({ block }) => block) };
}
