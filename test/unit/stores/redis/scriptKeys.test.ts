import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { slotOf } from "../../../../src/stores/redis/keySlot.ts";
import { sumHoldsScript } from "../../../../src/stores/redis/openHolds.ts";
import { luaCallsOf } from "../../../support/luaKeys.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "..", "src", "stores", "redis");
const sources = readdirSync(folder)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(folder, name), "utf8"));

/** Every script by the name of its text, and what it was said to touch. */
const scripts = new Map<string, { readonly reach: string; readonly source: string }>();
const texts = await readTexts();
for (const [, name = "", reach = "its keys"] of sources.flatMap((source) => [
  ...source.matchAll(/create(?:Batch)?Script\((\w+)(?:,\s*"([^"]+)")?,?\s*\)/g),
]))
  if (name !== "source") scripts.set(name, { reach, source: texts.get(name) ?? "" });

async function readTexts(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>([["sumHoldsScript", sumHoldsScript]]);
  for (const name of readdirSync(join(folder, "lua")))
    for (const [exported, text] of Object.entries(await import(join(folder, "lua", name))))
      if (typeof text === "string") found.set(exported, text);
  return found;
}

test("every script of the stores is looked at here", () => {
  const written = [...texts.keys()].filter((name) => name.endsWith("Script"));
  expect([...scripts.keys()].sort()).toEqual(written.sort());
  expect(sources.join("\n").match(/create(?:Batch)?Script\(\s*`/)).toBeNull();
});

describe.each([...scripts])("the script %s", (_name, { reach, source }) => {
  const roots = luaCallsOf(source).flatMap((call) => call.roots.map((root) => ({ call, root })));
  it("touches keys of one slot only", () => {
    expect(roots.length).toBeGreaterThan(0);
    expect(roots.filter(({ root }) => root === "unknown")).toEqual([]);
    const tags = roots.flatMap(({ root }) => (typeof root === "object" ? [root.tag] : []));
    expect(new Set(tags).size).toBeLessThanOrEqual(1);
  });
  it("is kept from running in a slot that moves if it touches more than its keys", () => {
    const others = roots.filter(({ root }) => root !== "its key" && typeof root !== "object");
    const written = new Set(
      roots.flatMap(({ call, root }) => (typeof root === "object" ? [call.key] : [])),
    );
    expect(reach).toBe(others.length > 0 || written.size > 1 ? "the slot" : "its keys");
  });
});

test("a key that is made of something else is noticed", () => {
  const prelude = "local prefix = string.sub(KEYS[1], 1, -6)\n";
  const rootsOf = (script: string) => luaCallsOf(prelude + script).map(({ roots }) => roots);
  expect(rootsOf('redis.call("GET", ARGV[1])')).toEqual([["unknown"]]);
  expect(rootsOf('redis.call("GET", "a:" .. ARGV[1])')).toEqual([["unknown"]]);
  expect(rootsOf('redis.call("GET", KEYS[1] .. ARGV[1])')).toEqual([["unknown"]]);
  expect(rootsOf('local name, other = ARGV[1], 2\nredis.call("GET", name)')).toEqual([["unknown"]]);
  const handed =
    'local function f(n, key) redis.call("GET", key) end\nf(1, prefix .. "a")\nf(2, ARGV[1])';
  expect(rootsOf(handed)).toEqual([["its slot", "unknown"]]);
  expect(rootsOf('redis.call("GET", "{a}:b")')).toEqual([[{ tag: "{a}" }]]);
});

test("outside of scripts one command has one key, but for those that are asked by hash tag", () => {
  const commands = sources.flatMap((source) =>
    [...source.matchAll(/\bredis\.(?!call\()([a-z]+(?:Buffer)?)\(/g)].map(([, name]) => name),
  );
  expect([...new Set(commands)].filter((name) => name?.startsWith("mget"))).toEqual(["mgetBuffer"]);
  const ofOneKey =
    /^(get|set|del|getdel|hmget|hgetall|hget|scard|sadd|srem|smembers|pexpire|xrange|xdel)(Buffer)?$/;
  const others = commands.filter((name = "") => !ofOneKey.test(name) && name !== "mgetBuffer");
  // Of connections, not of keys.
  expect(new Set(others)).toEqual(new Set(["on", "evalsha", "eval"]));
  const asking = sources.filter((source) => source.includes("mgetBuffer("));
  expect(asking.every((source) => source.includes("createBatch"))).toBe(true);
});

test("slots are those of Redis", () => {
  // Source: CLUSTER KEYSLOT of Redis 7.0.
  expect(["foo", "123456789", "{m7}:epoch", "m7", "{}x", "a{b}{c}"].map(slotOf)).toEqual([
    12_182, 12_739, 15_298, 15_298, 10_595, 3_300,
  ]);
});
