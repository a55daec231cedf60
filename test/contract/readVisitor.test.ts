import { describe, expect, test } from "vitest";
import { maxScoresPerVisitor } from "../../src/audience/packedScores.ts";
import { encodeImpressions, visitorCapsKey } from "../../src/budgets/impressionLog.ts";
import type { RedisClient } from "../../src/stores/redis/connect.ts";
import { visitorScoresKey } from "../../src/stores/redis/readVisitorScores.ts";
import { until } from "../support/until.ts";
import { expiresAtSeconds, nowMs, useVisitorStores } from "./visitorStores.ts";

const both = { scores: true };
const stores = useVisitorStores();

/** Commands that Redis has run since it started, by name. */
async function commandCounts(observer: RedisClient): Promise<Readonly<Record<string, number>>> {
  const info = await observer.info("commandstats");
  return Object.fromEntries(
    [...info.matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)].map(([, name, calls]) => [
      name,
      Number(calls),
    ]),
  );
}

describe("reading a visitor", () => {
  test("a score miss is answered by DynamoDB and cached for the next page, which takes one MGET and nothing else", async () => {
    const { asked, reader, store, cachedAfterFill, observer } = stores();
    await store(
      "ada",
      new Map([
        [3, 1],
        [4, 0],
      ]),
    );
    const readVisitor = reader();
    const first = await readVisitor("ada", both, nowMs);
    expect(first).toEqual({
      ok: true,
      visitor: {
        scores: new Map([
          [3, 1],
          [4, 0],
        ]),
        impressions: new Map(),
      },
    });
    await cachedAfterFill("ada");
    const before = await commandCounts(observer);
    expect(await readVisitor("ada", both, nowMs)).toEqual(first);
    const after = await commandCounts(observer);
    expect(after.mget! - before.mget!).toBe(1);
    const others = ["get", "set", "eval", "evalsha", "hgetall", "expire"];
    expect(others.filter((name) => after[name] !== before[name])).toEqual([]);
    expect(asked).toEqual(["ada"]);
  });

  test("caps come with the scores in the same MGET, and a fill never touches them", async () => {
    const { observer, reader, store, cachedAfterFill } = stores();
    const log = encodeImpressions([
      {
        campaignId: 12,
        advertiserId: 7,
        timeMs: nowMs - 1_000,
        pendingSeconds: 0,
        neededMinutes: 60,
      },
    ]);
    await observer.set(visitorCapsKey("grace"), log, "EX", 900);
    await store("grace", new Map([[3, 1]]));
    const outcome = await reader()("grace", both, nowMs);
    expect(outcome).toEqual({
      ok: true,
      visitor: {
        scores: new Map([[3, 1]]),
        impressions: new Map([
          ["c12", [nowMs - 1_000]],
          ["a7", [nowMs - 1_000]],
        ]),
      },
    });
    await cachedAfterFill("grace");
    expect(await observer.getBuffer(visitorCapsKey("grace"))).toEqual(log);
    expect(await observer.ttl(visitorCapsKey("grace"))).toBeGreaterThan(800);
  });

  test("without leave to use scores only caps are read, and nobody is asked", async () => {
    const { asked, reader, store, observer } = stores();
    await store("alan", new Map([[3, 1]]));
    const readVisitor = reader();
    expect(await readVisitor("alan", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
    expect(asked).toEqual(["alan"]);
    const hits = async () => Number(/keyspace_hits:(\d+)/.exec(await observer.info("stats"))?.[1]);
    const before = await hits();
    const capsOnly = await readVisitor("alan", { scores: false }, nowMs);
    expect(capsOnly).toEqual({ ok: true, visitor: { scores: null, impressions: new Map() } });
    expect(await hits()).toBe(before);
    expect(asked).toEqual(["alan"]);
  });

  test("those who come together share one command, and each gets its own", async () => {
    const { cachedAfterFill, reader, store, observer } = stores();
    const readVisitor = reader();
    const names = ["first", "second", "third"];
    for (const [index, name] of names.entries()) {
      await store(name, new Map([[index + 1, 1]]));
      await readVisitor(name, both, nowMs);
      await cachedAfterFill(name);
    }
    const before = await commandCounts(observer);
    const read = await Promise.all(
      names.map((name) => readVisitor(name, { scores: name !== "second" }, nowMs)),
    );
    expect((await commandCounts(observer)).mget).toBe((before.mget ?? 0) + 1);
    expect(read.map((outcome) => outcome.ok && outcome.visitor.scores)).toEqual([
      new Map([[1, 1]]),
      null,
      new Map([[3, 1]]),
    ]);
  });

  test("without an active model nobody is scored and nobody is asked", async () => {
    const { asked, reader } = stores();
    const outcome = await reader({ activeModelVersion: () => null })("ada", both, nowMs);
    expect(outcome).toEqual({ ok: true, visitor: { scores: null, impressions: new Map() } });
    expect(asked).toEqual([]);
  });

  test("cached scores of the previous model are not used after a flip, nor after their expiry", async () => {
    const { reader, store, cachedAfterFill } = stores();
    await store("linus", new Map([[3, 0]]), 1);
    await store("linus", new Map([[3, 1]]), 2);
    let active = 1;
    const readVisitor = reader({ activeModelVersion: () => active });
    await readVisitor("linus", both, nowMs);
    await cachedAfterFill("linus");
    active = 2;
    expect(await readVisitor("linus", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
    expect(await readVisitor("linus", both, expiresAtSeconds * 1_000)).toMatchObject({
      visitor: { scores: null },
    });
  });

  test("the cache keeps scores for its own time and never beyond theirs", async () => {
    const { observer, reader, store, cachedAfterFill } = stores();
    await store("tim", new Map([[3, 1]]));
    await reader({ cacheTtlSeconds: 600 })("tim", both, nowMs);
    await cachedAfterFill("tim");
    expect(await observer.ttl(visitorScoresKey("tim"))).toBeLessThanOrEqual(600);
    await observer.del(visitorScoresKey("tim"));
    await reader()("tim", both, (expiresAtSeconds - 60) * 1_000);
    await cachedAfterFill("tim");
    expect(await observer.ttl(visitorScoresKey("tim"))).toBeLessThanOrEqual(60);
  });

  test("a visitor without scores is remembered as such, for a while", async () => {
    const { observer, asked, reader, cachedAfterFill } = stores();
    const readVisitor = reader({ absenceTtlSeconds: 30 });
    for (let page = 0; page < 3; page++) {
      expect(await readVisitor("stranger", both, nowMs)).toMatchObject({
        ok: true,
        visitor: { scores: null },
      });
      await cachedAfterFill("stranger");
    }
    expect(asked).toEqual(["stranger"]);
    expect(await observer.ttl(visitorScoresKey("stranger"))).toBeLessThanOrEqual(30);
  });

  test("twenty pages of one visitor at once ask DynamoDB once and are all scored", async () => {
    const { asked, reader, store } = stores();
    await store("busy", new Map([[3, 1]]));
    const readVisitor = reader();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => readVisitor("busy", both, nowMs)),
    );
    expect(asked).toEqual(["busy"]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ visitor: { scores: new Map([[3, 1]]) } });
  });

  test("junk in the cache is passed over, and replaced by what DynamoDB says", async () => {
    const { observer, reader, store } = stores();
    await store("junk", new Map([[3, 1]]));
    await observer.set(visitorScoresKey("junk"), "not packed");
    expect(await reader()("junk", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
    await until(async () => (await observer.strlen(visitorScoresKey("junk"))) === 17);
  });

  test("the largest visitor fits", async () => {
    const { reader, store } = stores();
    const scores = new Map(
      Array.from({ length: maxScoresPerVisitor }, (_, index) => [index + 1, 1]),
    );
    await store("rich", scores);
    expect(await reader()("rich", both, nowMs)).toMatchObject({ visitor: { scores } });
  });
});
