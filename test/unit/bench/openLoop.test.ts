import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHistogram } from "../../../bench/latency/histogram.ts";
import { type LoopFigures, requestsOf, runOpenLoop } from "../../../bench/latency/openLoop.ts";
import { createRandom } from "../../../src/demo/random.ts";

describe("a histogram", () => {
  it("is right to a thousandth at any percentile and range", () => {
    const { next: random } = createRandom(5);
    const values = Array.from({ length: 20_000 }, () => Math.round(10 ** (random() * 9)));
    const histogram = createHistogram();
    for (const value of values) histogram.record(value);
    const sorted = values.toSorted((a, b) => a - b);
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      const told = histogram.percentile(share);
      expect(told).toBeGreaterThanOrEqual(exact);
      expect(told).toBeLessThanOrEqual(exact * 1.001 + 1);
    }
    expect(histogram.max()).toBe(sorted.at(-1));
    expect(histogram.count()).toBe(20_000);
    expect(histogram.mean()).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 20_000, 3);
  });

  it("has nothing to tell once it was cleared", () => {
    const histogram = createHistogram();
    histogram.record(7);
    histogram.clear();
    expect([histogram.count(), histogram.percentile(0.5), histogram.max()]).toEqual([0, 0, 0]);
  });
});

describe("the open loop", () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** Stands still for so long once it has answered 20 requests. */
  async function loadOn(standsStillMs: number, connections = 8): Promise<LoopFigures> {
    let asked = 0;
    server = createServer((_request, response) => {
      asked += 1;
      if (asked === 21) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, standsStillMs);
      response.setHeader("content-length", 2);
      response.end("ok");
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return runOpenLoop({
      ports: [port],
      requests: requestsOf("/anything", ["{}"], "test"),
      perSecond: 500,
      forMs: 400,
      connections,
      arrivals: "even",
      random: () => 0.5,
    });
  }

  it("counts a pause for all who would have come in it, not for those alone who were let in", async () => {
    const { latency, errors } = await loadOn(200, 2);
    // 500 a second for 400 ms, of which the server stood still for 200: about half waited, on average half of the pause.
    expect(latency.count).toBeGreaterThanOrEqual(198);
    expect(errors).toBe(0);
    expect(latency.maxMs).toBeGreaterThanOrEqual(190);
    expect(latency.p90Ms).toBeGreaterThan(100);
  });

  it("counts what is answered otherwise, or not at all, as errors", async () => {
    server = createServer((request, response) => {
      if (request.headers["x-forwarded-for"] === "1.0.7.1") request.socket.destroy();
      else response.writeHead(503, { "content-length": 0 }).end();
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { latency, errors } = await runOpenLoop({
      ports: [port],
      requests: requestsOf("/anything", ["{}", "{}"], "test"),
      perSecond: 200,
      forMs: 100,
      connections: 2,
      arrivals: "poisson",
      random: createRandom(3).next,
    });
    expect(errors).toBe(latency.count);
    expect(errors).toBeGreaterThan(5);
  });
});
