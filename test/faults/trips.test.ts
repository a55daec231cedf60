import { Agent } from "node:http";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { adsOf, exchange } from "./load.ts";
import { openTown, type Town } from "./outage.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let town: Town;
let observer: Redis;
let monitor: Redis;
/** What the serving connection has sent, without what scripts do inside the server. */
const sent: string[] = [];

beforeAll(async () => {
  town = await openTown();
  observer = new Redis(town.system.stores.redisServer.url);
  const clients = String(await observer.client("LIST")).split("\n");
  const serving = clients.find((line) => line.includes("name=atelier-serving"));
  const address = /addr=(\S+)/.exec(serving ?? "")?.[1];
  monitor = await observer.monitor();
  monitor.on("monitor", (_time: string, args: readonly string[], source: string) => {
    const command = args[0]?.toLowerCase() ?? "";
    // The clock is corrected beside requests.
    if (source === address && command !== "time") sent.push(command);
    if (command === "echo") sent.push(`echo ${args[1]}`);
  });
});
afterAll(async () => {
  monitor.disconnect();
  observer.disconnect();
  await town.close();
});

/** The commands that one page costs, and how many ads it gets. */
async function costOf(page: object): Promise<readonly [ads: number, commands: readonly string[]]> {
  const mark = `echo ${crypto.randomUUID()}`;
  sent.length = 0;
  const ask = { method: "POST", path: "/v1/ads", body: page } as const;
  const answer = await exchange(town.system.url, agent, ask);
  await observer.echo(mark.slice(5));
  await until(() => sent.includes(mark));
  return [adsOf(answer).length, sent.filter((command) => command !== mark)];
}

const limoges = { search: { postalCode: "87000" } };
const marseille = { search: { postalCode: "13001" } };
const known = { id: "v-1", gdpr: false };
const placements = [{ id: "top" }];

test.each([
  [
    "an ad that no cap counts: one read, and one trip to write, of money",
    known,
    limoges,
    1,
    ["mget", "evalsha"],
  ],
  [
    "an ad for nobody in particular: no read, one write of money",
    { gdpr: false },
    limoges,
    1,
    ["evalsha"],
  ],
  ["no ad for a visitor: one read", known, marseille, 0, ["mget"]],
  ["no ad for nobody in particular: nothing", { gdpr: false }, marseille, 0, []],
] as const)("%s", async (_what, visitor, place, ads, commands) => {
  const page = { visitor, place, placements };
  // The first of its kind teaches the server the scripts.
  await costOf(page);
  expect(await costOf(page)).toEqual([ads, commands]);
});

test("three ads, one of them capped, still cost one read and one trip to write, of money and caps", async () => {
  const cap = { per: "campaign", maxImpressions: 9, windowSeconds: 3_600 };
  await town.system.openShop({ frequencyCaps: [cap] });
  const page = {
    visitor: { id: "v-3", gdpr: false },
    place: limoges,
    placements: [{ id: "top", count: 3 }],
  };
  await costOf(page);
  const [ads, commands] = await costOf(page);
  expect(ads).toBe(3);
  // One script for the money of both shops and one for the visitor's caps, sent together.
  expect(commands).toEqual(["mget", "evalsha", "evalsha"]);
});
