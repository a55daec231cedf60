import { describe, expect, it } from "vitest";
import { applyWrites, type EntityWrite } from "../../../src/campaigns/applyWrites.ts";
import { openAnswer, readIdempotencyKey, sealAnswer } from "../../../src/campaigns/idempotency.ts";
import { takeTokens } from "../../../src/campaigns/tokenBucket.ts";
import { PublicError } from "../../../src/errors.ts";

describe("a bucket of requests", () => {
  const limits = { capacity: 60, windowMs: 60_000 };

  it("is full at first, refills evenly and never beyond its size", () => {
    const first = takeTokens(undefined, limits, 0);
    expect(first).toMatchObject({ isAllowed: true, remaining: 59, fullInSeconds: 1 });
    const later = takeTokens(first.bucket, limits, 3_600_000);
    expect(later.remaining).toBe(59);
  });

  it("when it is empty says when one more is allowed, and taking in vain costs nothing", () => {
    let outcome = takeTokens(undefined, limits, 0, 60);
    outcome = takeTokens(outcome.bucket, limits, 0);
    expect(outcome).toMatchObject({ isAllowed: false, remaining: 0, retryInSeconds: 1 });
    outcome = takeTokens(outcome.bucket, limits, 999);
    expect(outcome.isAllowed).toBe(false);
    outcome = takeTokens(outcome.bucket, limits, 1_000);
    expect(outcome).toMatchObject({ isAllowed: true, remaining: 0, fullInSeconds: 60 });
  });

  it("does not fill up when a clock goes back", () => {
    const { bucket } = takeTokens(undefined, limits, 10_000, 60);
    expect(takeTokens(bucket, limits, 0).isAllowed).toBe(false);
  });
});

describe("a kept answer", () => {
  const answer = { status: 201, headers: { etag: '"1"' }, body: '{"key":"ssp_secret"}' };
  const iv = new Uint8Array(12).fill(7);

  it("opens for the credential that sealed it and for no other", () => {
    const sealed = sealAnswer(answer, "Bearer a\nk", iv);
    expect(openAnswer(sealed, "Bearer a\nk")).toEqual(answer);
    expect(openAnswer(sealed, "Bearer b\nk")).toBeNull();
    expect(openAnswer(sealed.subarray(0, 20), "Bearer a\nk")).toBeNull();
    expect(sealed.includes("ssp_secret")).toBe(false);
  });

  it.each([
    ['"8e03978e-40d5"', "8e03978e-40d5"],
    ["8e03978e", "8e03978e"],
    ['""', null],
    ["", null],
    ["a b", null],
    ['a"b', null],
    ["é", null],
  ])("has a key that reads %s as %s", (header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });
});

describe("several writes at once", () => {
  interface Kept {
    readonly id: number;
    readonly text: string;
  }

  /** A store in memory that refuses "bad" and counts how it was asked. */
  function store(rows: Map<number, Kept>) {
    const calls: string[] = [];
    const refuse = (texts: readonly string[]) => {
      if (texts.includes("bad")) throw new PublicError("invalid_body", "bad");
      if (texts.includes("away")) throw new PublicError("unavailable", "away");
    };
    return {
      calls,
      async insertAll(texts: readonly string[]) {
        calls.push(`insert ${texts.length}`);
        refuse(texts);
        return texts.map((text) => {
          const kept = { id: rows.size + 1, text };
          rows.set(kept.id, kept);
          return kept;
        });
      },
      async changeAll(
        changes: readonly {
          readonly id: number;
          readonly transform: (kept: Kept) => Promise<string> | string;
        }[],
      ) {
        calls.push(`change ${changes.length}`);
        expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
        const texts = await Promise.all(
          changes.map(({ id, transform }) => transform(rows.get(id) as Kept)),
        );
        refuse(texts);
        return changes.map(({ id }, index) => {
          const kept = { id, text: texts[index] ?? "" };
          rows.set(id, kept);
          return { ok: true, kept } as const;
        });
      },
    };
  }
  const actor = { apiKeyId: null, label: "test" };
  const create = (fields: string): EntityWrite<Kept, string> => ({ op: "create", fields });
  const add = (id: number, more: string): EntityWrite<Kept, string> => ({
    op: "update",
    id,
    transform: ({ text }) => `${text}${more}`,
  });

  it("changes one entity in the order of its changes, and tells each outcome in its place", async () => {
    const rows = new Map([
      [1, { id: 1, text: "x" }],
      [2, { id: 2, text: "y" }],
    ]);
    const { calls, ...repository } = store(rows);
    const writes = [add(1, "a"), create("new"), add(2, "b"), add(1, "c"), add(1, "d")];
    const outcomes = await applyWrites(repository, writes, actor);
    expect(outcomes.map((one) => (one.ok ? one.kept.text : "refused"))).toEqual([
      "xa",
      "new",
      "yb",
      "xac",
      "xacd",
    ]);
    expect(calls).toEqual(["insert 1", "change 2", "change 1", "change 1"]);
  });

  it("tries one by one what was refused together", async () => {
    const { calls, ...repository } = store(new Map());
    const outcomes = await applyWrites(repository, ["a", "bad", "c"].map(create), actor);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(calls).toEqual(["insert 3", "insert 1", "insert 1", "insert 1"]);
  });

  it("ends where the store is away, for nothing else can be said", async () => {
    const { calls, ...repository } = store(new Map());
    await expect(applyWrites(repository, ["a", "away"].map(create), actor)).rejects.toThrow("away");
    expect(calls).toEqual(["insert 2"]);
  });
});
