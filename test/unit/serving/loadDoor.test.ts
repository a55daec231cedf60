import { describe, expect, test } from "vitest";
import { createLoadDoor } from "../../../src/serving/loadDoor.ts";

function openDoor() {
  const now = { ms: 0, idleMs: 0, waitMs: 0 };
  const door = createLoadDoor({
    monotonicMs: () => now.ms,
    idleMs: () => now.idleMs,
    loopWait: () => now.waitMs,
    longestWaitMs: 100,
  });
  const ask = (times: number, kind: "page" | "bid" = "page") =>
    Array.from({ length: times }, () => door.refuse(kind)).filter((cause) => cause !== null);
  return { now, door, ask };
}

test("who has waited too long before being seen is sent away, and the next one is not", () => {
  const { now, door } = openDoor();
  now.waitMs = 101;
  expect(door.refuse("page")).toBe("late");
  now.waitMs = 99;
  expect(door.refuse("page")).toBeNull();
});

describe("what an operator says", () => {
  test("sends away that part, evenly", () => {
    const { door, ask } = openDoor();
    door.obey(30);
    expect(ask(1_000)).toHaveLength(300);
    expect(ask(10, "bid")).toEqual(["told", "told", "told"]);
    door.obey("auto");
    expect(ask(1_000)).toEqual([]);
  });

  test("off lets everybody in", () => {
    const { now, door, ask } = openDoor();
    now.waitMs = 5_000;
    door.obey("off");
    expect(ask(1_000)).toEqual([]);
  });

  test("is no sign of overload: management is answered", () => {
    const { door, ask } = openDoor();
    door.obey(50);
    expect(ask(10)).toHaveLength(5);
    expect(door.isShedding()).toBe(false);
  });
});

test("a node sheds for a second after it has last sent somebody away", () => {
  const { now, door } = openDoor();
  now.waitMs = 500;
  door.refuse("page");
  now.ms = 999;
  expect(door.isShedding()).toBe(true);
  now.ms = 1_000;
  expect(door.isShedding()).toBe(false);
});

test("bids leave the last quarter of the limit to pages", () => {
  const { now, door } = openDoor();
  door.refuse("page");
  now.ms = 200;
  for (let inside = 0; inside < 36; inside++) {
    expect(door.refuse("bid")).toBeNull();
    door.begin();
  }
  expect(door.refuse("bid")).toBe("full");
  expect(door.refuse("page")).toBeNull();
  expect(door.state()).toMatchObject({ inFlight: 36, limit: 48, isFull: true });
});
