import { expect, it } from "vitest";
import { rememberBriefly } from "../../src/rememberBriefly.ts";

function openStore() {
  const asked: string[] = [];
  const state = { nowMs: 0, fails: false };
  const find = rememberBriefly(
    async (key: string) => {
      asked.push(key);
      if (state.fails) throw new Error("away");
      return key.startsWith("no") ? null : key;
    },
    {
      lifeMsOf: (value) => (value === null ? 500 : 100),
      longestMs: 500,
      most: 10,
      monotonicMs: () => state.nowMs,
    },
  );
  return { asked, state, find };
}

it("an answer counts for as long as its kind does, and who asks together asks once", async () => {
  const { asked, state, find } = openStore();
  expect(await Promise.all([find("a"), find("a"), find("nobody")])).toEqual(["a", "a", null]);
  state.nowMs = 99;
  await find("a");
  expect(asked).toEqual(["a", "nobody"]);
  state.nowMs = 100;
  await Promise.all([find("a"), find("nobody")]);
  expect(asked).toEqual(["a", "nobody", "a"]);
  state.nowMs = 500;
  await find("nobody");
  expect(asked).toEqual(["a", "nobody", "a", "nobody"]);
});

it("a failure is told to all who wait, and not remembered", async () => {
  const { asked, state, find } = openStore();
  state.fails = true;
  await expect(Promise.all([find("a"), find("a")])).rejects.toThrow("away");
  state.fails = false;
  expect(await find("a")).toBe("a");
  expect(asked).toEqual(["a", "a"]);
});

it("no more is remembered than was allowed, however many ask", async () => {
  const { asked, find } = openStore();
  for (let index = 0; index < 100; index += 1) await find(`no-${index}`);
  await find("no-0");
  expect(asked.length).toBe(101);
});
