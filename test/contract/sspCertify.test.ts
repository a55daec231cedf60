import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { certificationCases, certify } from "../../scripts/certify/certify.ts";
import { createSend } from "../../scripts/certify/send.ts";
import { conformanceTable } from "../../scripts/certify/table.ts";
import {
  type BidSystem,
  bannerShop,
  nativeShop,
  startBidSystem,
} from "../support/openrtb/bidSystem.ts";

/** Other tests share this machine: being in time is tried elsewhere. */
const tmaxMs = 5_000;

let bids: BidSystem;
beforeAll(async () => {
  bids = await startBidSystem();
  await Promise.all([bids.openShop(bannerShop), bids.openShop(nativeShop)]);
});
afterAll(() => bids?.close());

describe("the certification", () => {
  test("finds nothing wrong with our own server, in any of its cases", async () => {
    const { send, close } = createSend({ url: bids.endpoint, key: null });
    onTestFinished(close);
    const results = await certify({ send, cases: certificationCases, tmaxMs });
    expect(results.length).toBeGreaterThan(100);
    const failed = results.filter(({ problems }) => problems.length > 0);
    expect(failed.map(({ group, name, problems }) => [group, name, ...problems])).toEqual([]);
    expect(conformanceTable(results)).toContain(`${results.length} passed, 0 failed`);
  });

  /** What careless bidders answer: always the same bid, an empty page, a redirect. */
  test.each([
    ["the same bid whatever is asked", 200, JSON.stringify(careless())],
    ["a page", 200, "<html>"],
    ["no bid, with a text", 204, ""],
    ["an error", 500, "{}"],
  ])("finds a server that answers %s", async (_, status, text) => {
    const server = createServer((request, response) => {
      request.resume().once("end", () => response.writeHead(status).end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    const { send, close } = createSend({ url: `http://127.0.0.1:${port}/bid`, key: null });
    onTestFinished(close);
    const results = await certify({ send, cases: certificationCases, tmaxMs });
    const failed = results.filter(({ problems }) => problems.length > 0);
    expect(failed.length).toBeGreaterThan(results.length / 3);
  });
});

function careless(): object {
  const notice = "http://127.0.0.1:1/n?price=1";
  return {
    id: "certification-1",
    bidid: "1",
    cur: "EUR",
    seatbid: [
      {
        bid: [
          {
            id: "1",
            impid: "1",
            price: 1,
            adm: "<div></div>",
            adomain: ["a.example"],
            crid: "1",
            cid: "1",
            w: 300,
            h: 250,
            mtype: 1,
            exp: 60,
            nurl: notice,
            burl: notice,
            lurl: notice,
          },
        ],
      },
    ],
  };
}

interface PrebidServerCase {
  readonly description: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly id: string;
    readonly imp: readonly { readonly ext: { readonly bidder: unknown } }[];
  };
  readonly expected: readonly object[];
}

const repository = new URL("../../", import.meta.url);
const golden = new URL("test/golden/prebid-server/", repository);
const cases = readdirSync(golden)
  .filter((name) => name.endsWith(".json"))
  .map((name): PrebidServerCase => JSON.parse(readFileSync(new URL(name, golden), "utf8")));
const file = (path: string) =>
  readFileSync(new URL(`tag/prebid-server/${path}`, repository), "utf8");

describe("Prebid Server", () => {
  test.each(cases)("$description: gets its bids", async ({ headers, body, expected }) => {
    const send = { method: "POST", headers, body: JSON.stringify({ ...body, tmax: tmaxMs }) };
    const answer = await fetch(bids.endpoint, send);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: body.id, seatbid: [{ bid: expected }] });
  });

  test.each(cases)("$description: its parameters are those of its schema", ({ body }) => {
    const { $schema, ...schema } = JSON.parse(file("go/atelier.json"));
    expect($schema).toContain("draft-04");
    const isValid = new Ajv().compile(schema);
    for (const { ext } of body.imp) expect(isValid(ext.bidder)).toBe(true);
    expect(isValid({ account: "No Name" })).toBe(false);
  });

  test.each(["java/atelier.yaml", "go/atelier.yaml"])(
    "%s names the endpoint and the user sync of this server",
    async (path) => {
      const here = (url: string) =>
        url
          .replace("https://ads.atelier.example", bids.system.url)
          .replace(/NAME|\{\{\.AccountID\}\}/, "demo")
          .replace(/\{\{[^}]*\}\}/g, "");
      const [, endpoint = ""] = /^ *endpoint: ["']?([^"'\s]+)/m.exec(file(path)) ?? [];
      expect(here(endpoint)).toBe(bids.endpoint);
      const [, sync = ""] = /^ *url: ["']?([^"'\s]+)/m.exec(file(path)) ?? [];
      const answer = await fetch(here(sync), { redirect: "manual" });
      expect([204, 302]).toContain(answer.status);
    },
  );
});
