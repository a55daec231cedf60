import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeImpressions, encodeImpressions } from "../../src/budgets/impressionLog.ts";
import {
  signTrackingToken,
  trackingKeyFrom,
  verifyTrackingToken,
} from "../../src/serving/trackingToken.ts";
import type { FrequencyCap } from "../../src/targeting/types.ts";
import {
  asked,
  claimsOf,
  type Money,
  noonMs,
  openMoney,
  winner,
} from "../../test/support/money.ts";

/**
 * What money costs: `node bench/micro/holds.ts`. For each call: the time it takes with 1 and with 32 calls in flight, and
 * the CPU time of this process and of Redis, which a busy machine disturbs less.
 */
const directory = mkdtempSync(join(tmpdir(), "bench-holds-"));
const socket = join(directory, "redis.sock");
const server = spawn("redis-server", ["--port", "0", "--unixsocket", socket, "--save", ""], {
  stdio: ["ignore", "pipe", "inherit"],
});
await new Promise<void>((resolve) => {
  server.stdout.on(
    "data",
    (text: Buffer) => text.includes("eady to accept connections") && resolve(),
  );
});
const money: Money = await openMoney(socket);
await money.openBuckets();

const caps: readonly FrequencyCap[] = [
  { per: "campaign", maxImpressions: 1_000, windowSeconds: 3_600 },
  { per: "advertiser", maxImpressions: 1_000, windowSeconds: 86_400 },
];
const limits = { totalBudgetMicros: 1e12, dailyBudgetMicros: 1e11, balanceMicros: 1e12 };
const claims = { ...claimsOf(winner()), decisionId: "5f0c4f0e-8a3b-4c55-9f3b-0a1b2c3d4e5f" };
const key = trackingKeyFrom(randomBytes(32));
const token = signTrackingToken(claims, key);
const log = encodeImpressions(
  Array.from({ length: 10 }, (_, index) => ({
    campaignId: index + 1,
    advertiserId: 7,
    timeMs: noonMs,
    pendingSeconds: 0,
    neededMinutes: 60,
  })),
);
let calls = 0;
const campaign = () => ({
  ...limits,
  campaignId: 1 + (calls % 500),
  advertiserId: 1 + (calls++ % 100),
});

function report(name: string, elapsed: number, cpu = elapsed, redisCpu = 0): void {
  const columns = [elapsed, cpu, redisCpu].map((microseconds) =>
    microseconds.toFixed(1).padStart(9),
  );
  console.log(`${name.padEnd(50)}${columns.join("")}`);
}

async function measure(
  name: string,
  count: number,
  width: number,
  call: () => Promise<unknown>,
): Promise<void> {
  const run = async (times: number) => {
    for (let index = 0; index < times; index++) await call();
  };
  await run(200);
  const redisBefore = await redisCpuSeconds();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: width }, () => run(count / width)));
  const elapsed = ((performance.now() - startedAt) * 1_000) / count;
  const cpu = process.cpuUsage(cpuBefore);
  const redisCpu = ((await redisCpuSeconds()) - redisBefore) * 1e6;
  report(name, elapsed, (cpu.user + cpu.system) / count, redisCpu / count);
}

async function redisCpuSeconds(): Promise<number> {
  const info = await money.redis.info("cpu");
  const read = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return read("used_cpu_user_main_thread") + read("used_cpu_sys_main_thread");
}

function measureSync(name: string, call: () => unknown): void {
  for (let index = 0; index < 20_000; index++) call();
  const startedAt = performance.now();
  for (let index = 0; index < 100_000; index++) call();
  report(name, ((performance.now() - startedAt) * 1_000) / 100_000);
}

console.log(`${"µs a call".padEnd(50)}  elapsed  our CPU    Redis`);
const visitor = () => asked({ visitorKey: `v${calls}` });
measureSync("sign a tracking token", () => signTrackingToken(claims, key));
measureSync("verify a tracking token", () => verifyTrackingToken(token, [key], noonMs));
measureSync("decode an impression log of 10", () => decodeImpressions(log, noonMs));
for (const width of [1, 32]) {
  const how = width === 1 ? "one by one" : "at once";
  await measure(`PING, ${how}`, 10_000, width, () => money.redis.ping());
  await measure(`hold 1, no visitor, ${how}`, 10_000, width, () =>
    money.holdBudgets([winner(campaign())], asked()),
  );
  await measure(`hold 1 with two caps, ${how}`, 10_000, width, () =>
    money.holdBudgets([winner({ ...campaign(), frequencyCaps: caps })], visitor()),
  );
  await measure(`hold 3 of 3 advertisers with two caps, ${how}`, 10_000, width, () =>
    money.holdBudgets(
      [0, 1, 2].map((slot) => winner({ ...campaign(), slot, frequencyCaps: caps })),
      visitor(),
    ),
  );
  await measure(`hold and charge an impression, ${how}`, 10_000, width, async () => {
    const request = winner(campaign());
    await money.holdBudgets([request], asked());
    await money.record("impression", claimsOf(request), noonMs);
  });
}
console.log("errors:", money.errors.length);
money.close();
server.kill();
rmSync(directory, { recursive: true });
