import { expect, test } from "vitest";
import type { IdentitySighting } from "../../../src/audience/identity.ts";
import { createIdentityRecorder } from "../../../src/jobs/identityRecorder.ts";

const atMs = Date.UTC(2026, 5, 1);

function recording() {
  const added: IdentitySighting[] = [];
  const told: unknown[] = [];
  let number = 0;
  const recorder = createIdentityRecorder({
    add: async (sightings) => void added.push(...sightings),
    emit: (event) => void told.push(event.payload),
    newId: () => `${number++}`,
  });
  const see = (visitorKey: string, accountKey: string, ms = atMs): void =>
    recorder.hear([{ visitorKey, accountKey, occurredAtMs: ms }]);
  return { recorder, see, added, told };
}

test("who is seen with the same account again is told of once a week", async () => {
  const { recorder, see, added } = recording();
  see("v", "a");
  see("v", "a", atMs + 1_000);
  await recorder.flushOnce();
  see("v", "a", atMs + 8 * 86_400_000);
  await recorder.flushOnce();
  expect(added).toHaveLength(2);
});

test("who was erased and comes back is new: nothing that was known of the link holds it up", async () => {
  const { recorder, see, added, told } = recording();
  see("v", "a");
  see("other", "b");
  await recorder.flushOnce();
  recorder.forget("v");
  see("v", "a", atMs + 60_000);
  see("other", "b", atMs + 60_000);
  await recorder.flushOnce();
  expect(added.map(({ visitorKey }) => visitorKey)).toEqual(["v", "other", "v"]);
  expect(told).toHaveLength(3);
});

test("what waits of an erased visitor is not told any more, and what is on its way is not mixed up", async () => {
  const { recorder, see, added } = recording();
  see("v", "a");
  see("other", "b");
  const flushing = recorder.flushOnce();
  recorder.forget("other");
  see("third", "c");
  recorder.forget("third");
  await flushing;
  await recorder.flushOnce();
  expect(added.map(({ visitorKey }) => visitorKey)).toEqual(["v"]);
  expect(recorder.state().waiting).toBe(0);
});

test("an erasure on another node is followed: by visitor or by account, of what was before it", async () => {
  const { recorder, see, added } = recording();
  see("v", "a");
  see("w", "erased account");
  see("stays", "b");
  see("came later", "c", atMs + 5_000);
  await recorder.flushOnce();
  const erased = new Set(["v", "erased account", "came later"]);
  await recorder.forgetErased((key, ms) => erased.has(key) && ms <= atMs + 1_000);
  for (const [visitor, account] of [
    ["v", "a"],
    ["w", "erased account"],
    ["stays", "b"],
    ["came later", "c"],
  ] as const)
    see(visitor, account, atMs + 9_000);
  await recorder.flushOnce();
  expect(added.slice(4).map(({ visitorKey }) => visitorKey)).toEqual(["v", "w"]);
});
