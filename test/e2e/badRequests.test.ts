import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBadRequests } from "../support/badRequests.ts";
import { expectRefusal, sendBadRequest } from "../support/sendBadRequest.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

describe.each(readBadRequests("management"))("bad requests of $file", ({ cases }) => {
  it.each(cases)("$name", async (bad) => {
    const headers = { authorization: `Bearer ${system.adminKey}`, ...bad.headers };
    expectRefusal(bad, await sendBadRequest(system.port, { ...bad, headers }));
  });
});

describe("after all bad requests", () => {
  it("the same server is alive and ready", async () => {
    const ready = await fetch(`${system.url}/readyz`);
    expect(ready.status, await ready.text()).toBe(200);
  });
});
