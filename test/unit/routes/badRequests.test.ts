import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp } from "../../support/adsApp.ts";
import { readBadRequests, validBody } from "../../support/badRequests.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { expectRefusal, sendBadRequest } from "../../support/sendBadRequest.ts";

const { app, faults } = createTestApp([buildCampaign({ campaignId: 1 })]);
const server: Server = createServer(app);
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = address !== null && typeof address === "object" ? address.port : 0;
});
afterAll(() => {
  server.close();
});

const files = readBadRequests();

describe.each(files)("bad requests of $file", ({ cases }) => {
  it.each(cases)("$name", async (bad) => {
    expectRefusal(bad, await sendBadRequest(port, bad));
  });
});

describe("after all bad requests", () => {
  it("there were at least 200 of them, with names of their own in their file", () => {
    expect(files.reduce((sum, { cases }) => sum + cases.length, 0)).toBeGreaterThan(200);
    for (const { cases } of files) {
      expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    }
  });

  it("the same process still answers the request that all of them spoil", async () => {
    const answer = await sendBadRequest(port, {
      name: "",
      body: validBody,
      expect: { status: 200 },
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body).placements[0].ads).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});
