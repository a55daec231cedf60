import { deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bidBody, bidOf, openSsp } from "../../support/bids.ts";
import { type BidSender, createBidSender } from "../../support/openrtb/sendBids.ts";
import { type System, startSystem } from "../../support/system.ts";

let system: System;
let sender: BidSender;
let campaignId = 0;
beforeAll(async () => {
  system = await startSystem();
  await openSsp(system);
  campaignId = await system.openShop();
  sender = createBidSender(`${system.url}/openrtb2/bid/demo`, { connections: 1 });
});
afterAll(async () => {
  sender?.close();
  await system?.close();
});

const json = JSON.stringify(bidBody());
const send = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  sender.send(body, headers);
const metrics = async () => (await fetch(`${system.url}/metrics`)).text();
const counted = async (line: string) =>
  Number(new RegExp(`^${line} (\\d+)$`, "m").exec(await metrics())?.[1] ?? 0);

describe("a bid request", () => {
  it("gets a bid of who may show there, with every address of ours signed", async () => {
    const { status, headers, body } = await send(json, { "content-type": "application/json" });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-openrtb-version": "2.6",
      "cache-control": "no-store",
    });
    const bid = bidOf(JSON.parse(body.toString()));
    expect(bid).toMatchObject({ impid: "1", cid: String(campaignId), mtype: 4, price: 5 });
    for (const url of [bid.nurl, bid.burl, bid.lurl]) expect(url).toMatch(/\/openrtb2\/n\/[wbl]\//);
  });

  it.each([
    ["no content type", {}],
    ["text/plain", { "content-type": "text/plain" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["another charset", { "content-type": "application/json; charset=iso-8859-1" }],
    ["an old version", { "x-openrtb-version": "2.5" }],
    ["an encoding that is undone already", { "content-encoding": "gzip" }],
  ])("may have %s", async (_what, headers) => {
    expect((await send(json, headers)).status).toBe(200);
  });

  it.each([
    ["gzip", gzipSync(json), { "content-encoding": "gzip" }],
    ["gzip without saying so", gzipSync(json), {}],
    ["deflate", deflateSync(json), { "content-encoding": "deflate" }],
    ["a byte order mark", Buffer.from(`\uFEFF${json}`), {}],
    [
      "letters that are no UTF-8",
      Buffer.from(json.replace("journal", "journ\u00e9"), "latin1"),
      {},
    ],
  ])("may be in %s", async (_what, body, headers) => {
    expect((await send(body, headers as Readonly<Record<string, string>>)).status).toBe(200);
  });

  it("is answered in gzip where that is taken", async () => {
    const packed = await send(json, { "accept-encoding": "gzip, br" });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(bidOf(JSON.parse(gunzipSync(packed.body).toString())).impid).toBe("1");
    const plain = await send(json, { "accept-encoding": "gzip;q=0, br" });
    expect(plain.headers).not.toHaveProperty("content-encoding");
  });

  it("may come at any spelling of the path that Express takes", async () => {
    const spelt = createBidSender(`${system.url}/OpenRTB2/bid/demo/`, { connections: 1 });
    const { status } = await spelt.send(json);
    spelt.close();
    expect(status).toBe(200);
  });
});

describe("what is no bid request", () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000, 32));
  it.each([
    ["nothing", Buffer.alloc(0), {}, 400],
    ["half of one", Buffer.from(json.slice(0, 100)), {}, 400],
    ["no JSON", Buffer.from("bid!"), {}, 400],
    ["a breach", Buffer.from('{"id": "1"}'), {}, 400],
    ["broken gzip", gzipSync(json).subarray(0, 100), { "content-encoding": "gzip" }, 400],
    ["a small bomb", gzipSync(Buffer.alloc(2_000_000, 32)), {}, 413],
    ["a large bomb", bomb, {}, 413],
    ["too much", Buffer.alloc(600_000, 32), {}, 413],
    ["an encoding that nobody asked for", Buffer.from(json), { "content-encoding": "zstd" }, 415],
  ])(
    "%s is refused without a word, and the connection lives on",
    async (_what, body, headers, status) => {
      const answer = await send(body, headers as Readonly<Record<string, string>>);
      expect(answer.status).toBe(status);
      expect(answer.body).toHaveLength(0);
      expect((await send(json)).status).toBe(200);
    },
  );
});

describe("connections", () => {
  it("are kept for minutes", async () => {
    const { headers } = await send(json);
    expect(headers).toMatchObject({ connection: "keep-alive", "keep-alive": "timeout=600" });
  });

  it("of pages' visitors are kept no longer than any other: they are many, and ask once", async () => {
    await openSsp(system, { name: "pages", openToBrowsers: true });
    const pages = createBidSender(`${system.url}/openrtb2/bid/pages`, { connections: 1 });
    const { status, headers } = await pages.send(json, { origin: "https://journal.example" });
    pages.close();
    expect(status).toBe(200);
    expect(headers["keep-alive"]).toBe("timeout=65, max=100000");
  });

  it("are closed where the caller wants it", async () => {
    const { headers } = await send(json, { connection: "close" });
    expect(headers.connection).toBe("close");
  });
});

describe("more than was agreed", () => {
  it("is answered by 204 before the body is read, and counted", async () => {
    await openSsp(system, { name: "small", qpsLimit: 1 });
    const small = createBidSender(`${system.url}/openrtb2/bid/small`, { connections: 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) statuses.push((await small.send("no bid request at all")).status);
    small.close();
    expect(statuses[0]).toBe(400);
    expect(statuses.filter((status) => status === 204).length).toBeGreaterThan(10);
    expect(
      await counted('atelier_bids_shed_total{ssp="small",reason="over_quota"}'),
    ).toBeGreaterThan(10);
  });
});

describe("the metrics", () => {
  it("tell what became of requests, by SSP", async () => {
    await openSsp(system, { name: "told" });
    const told = createBidSender(`${system.url}/openrtb2/bid/told`, { connections: 1 });
    await told.send(json);
    await told.send(JSON.stringify(bidBody({ cur: ["ZWL"] })));
    await told.send("{}");
    told.close();
    const label = '{ssp="told"}';
    expect(await counted(`atelier_bid_requests_total${label}`)).toBe(3);
    expect(await counted(`atelier_bids_total${label}`)).toBe(1);
    expect(await counted('atelier_no_bids_total{ssp="told",reason="unknown_currency"}')).toBe(1);
    expect(await counted('atelier_bids_refused_total{ssp="told",status="400"}')).toBe(1);
    expect(await counted("atelier_bids_in_flight")).toBe(0);
  });
});

describe("when Redis is away", () => {
  it("there are no bids, at once, and no fault", async () => {
    system.stores.redis.cut();
    const { status, tookMs } = await send(json);
    expect(status).toBe(204);
    expect(tookMs).toBeLessThan(1_000);
    system.stores.redis.heal();
  });
});
