import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createActiveModel } from "../../../src/audience/activeModel.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a flip of the active model is seen at the next reading, and a store that is away changes nothing", async () => {
  let answer: () => Promise<number | null> = async () => 1;
  const errors: unknown[] = [];
  const model = createActiveModel({
    read: () => answer(),
    everyMs: 5_000,
    onError: (error) => errors.push(error),
  });
  expect(model.current()).toBeNull();
  await vi.advanceTimersByTimeAsync(0);
  expect(model.current()).toBe(1);
  answer = async () => 2;
  await vi.advanceTimersByTimeAsync(4_999);
  expect(model.current()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(model.current()).toBe(2);
  answer = async () => {
    throw new Error("away");
  };
  await vi.advanceTimersByTimeAsync(5_000);
  expect(model.current()).toBe(2);
  expect(errors).toHaveLength(1);
  answer = async () => 3;
  await model.refresh();
  expect(model.current()).toBe(3);
  model.stop();
  answer = async () => 4;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(model.current()).toBe(3);
});
