import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Scene } from "../fault.ts";
import type { ChaosStores } from "../stores.ts";

const awayMs = 1_500;
const frozenMs = 4_000;
const resetEveryMs = 300;
const resets = 10;

type StoreName = "postgres" | "redis" | "dynamodb" | "kinesis";

const killed =
  (name: StoreName, whileAway?: (stores: ChaosStores) => Promise<void>) =>
  async ({ town: { stores }, lifted }: Scene): Promise<void> => {
    await stores[name].kill();
    await whileAway?.(stores);
    await delay(awayMs);
    lifted();
    await stores[name].start();
  };

const frozen =
  (name: StoreName) =>
  async ({ town: { stores }, lifted }: Scene): Promise<void> => {
    stores[name].signal("SIGSTOP");
    await delay(frozenMs);
    lifted();
    stores[name].signal("SIGCONT");
  };

const slow =
  (name: StoreName, delayMs: number) =>
  async ({ town: { stores }, lifted }: Scene): Promise<void> => {
    stores[name].proxy.delay(delayMs);
    await delay(frozenMs);
    lifted();
    stores[name].proxy.heal();
  };

const reset =
  (name: StoreName) =>
  async ({ town: { stores }, lifted }: Scene): Promise<void> => {
    for (let time = 0; time < resets; time += 1) {
      stores[name].proxy.cut();
      stores[name].proxy.heal();
      await delay(resetEveryMs);
    }
    lifted();
  };

const staleCampaigns = ["postgres", "snapshot_fresh"];

/** Stores and the way to them. */
export const storeFaults: readonly Fault[] = [
  {
    name: "redis-killed",
    what: "kill -9 of Redis, back on its data after 1.5 s",
    tells: ["redis"],
    run: killed("redis"),
  },
  {
    name: "redis-emptied",
    what: "kill -9 of Redis, which comes back with nothing",
    tells: ["redis"],
    run: killed("redis", ({ folder }) =>
      rm(join(folder, "redis", "appendonlydir"), { recursive: true, force: true }),
    ),
  },
  {
    name: "redis-paused",
    what: "SIGSTOP of Redis for 4 s",
    tells: ["redis"],
    run: frozen("redis"),
  },
  {
    name: "redis-slow",
    what: "80 ms each way to Redis for 4 s, longer than a command may take",
    tells: ["redis"],
    run: slow("redis", 80),
  },
  {
    name: "redis-resets",
    what: "all connections to Redis reset ten times in 3 s",
    tells: [],
    mayTell: ["redis"],
    run: reset("redis"),
  },
  {
    name: "postgres-killed",
    what: "kill -9 of all of Postgres, another one takes its data over after 1.5 s",
    tells: ["postgres"],
    mayTell: staleCampaigns,
    run: killed("postgres"),
  },
  {
    name: "postgres-paused",
    what: "SIGSTOP of all of Postgres for 4 s",
    tells: ["postgres"],
    mayTell: staleCampaigns,
    run: frozen("postgres"),
  },
  {
    name: "postgres-slow",
    what: "400 ms each way to Postgres for 4 s",
    tells: [],
    mayTell: staleCampaigns,
    run: slow("postgres", 400),
  },
  {
    name: "postgres-resets",
    what: "all connections to Postgres reset ten times in 3 s",
    tells: [],
    mayTell: staleCampaigns,
    run: reset("postgres"),
  },
  {
    name: "dynamodb-killed",
    what: "kill -9 of the DynamoDB emulator, back on its data after 1.5 s",
    tells: ["dynamodb"],
    run: killed("dynamodb"),
  },
  {
    name: "dynamodb-throttled",
    what: "DynamoDB refuses every request for 4 s (throughput exceeded)",
    tells: ["dynamodb"],
    run: throttled("dynamodb", 1),
  },
  {
    name: "kinesis-killed",
    what: "kill -9 of the Kinesis emulator, back on its data after 1.5 s",
    tells: [],
    run: killed("kinesis"),
  },
  {
    name: "kinesis-throttled",
    what: "Kinesis refuses 70 % of all requests for 4 s (throughput exceeded)",
    tells: [],
    run: throttled("kinesis", 0.7),
  },
];

function throttled(name: "dynamodb" | "kinesis", share: number): Fault["run"] {
  return async ({ town: { stores }, lifted, wrong }) => {
    const throttle = stores.throttles[name];
    const before = throttle.refused();
    throttle.refuse(share);
    await delay(frozenMs);
    lifted();
    throttle.refuse(0);
    if (throttle.refused() === before) wrong("nobody asked while requests were refused");
  };
}
