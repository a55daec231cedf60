import { describe, expect, test } from "vitest";
import { createAtelierClient } from "../../../sdk/src/client.ts";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import type { World } from "../../../sdk/src/retry.ts";

const problem = {
  type: "urn:atelier:problem:invalid_body",
  title: "The body breaks a rule",
  status: 422,
  detail: "The body breaks a rule.",
  errors: [{ pointer: "/name", rule: "is required" }],
};
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
const refusal = () =>
  new Response(JSON.stringify(problem), {
    status: 422,
    headers: { "content-type": "application/problem+json" },
  });

type Outcome = Response | Error;

/** A client whose network gives these answers in turn, and what it asked and how long it waited. */
function clientOn(outcomes: readonly Outcome[], maxRetries = 3) {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  const waits: number[] = [];
  const world: World = {
    async fetch(url, init = {}) {
      const outcome = outcomes[asked.length];
      asked.push({ url: String(url), init });
      if (outcome === undefined) throw new Error("asked too often");
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    async wait(ms) {
      waits.push(ms);
    },
    random: () => 0.5,
    newKey: () => `key-${asked.length}`,
  };
  const baseUrl = "https://ads.example.fr";
  const client = createAtelierClient({ baseUrl, apiKey: "atl_x", world, retries: { maxRetries } });
  return { client, asked, waits };
}

const headerOf = (init: RequestInit | undefined, name: string) =>
  new Headers(init?.headers).get(name);

describe("a call", () => {
  test("fills the path and the query, and carries the key", async () => {
    const { client, asked } = clientOn([json({ items: [], nextCursor: null })]);
    await client.listConversions({ campaignId: 7, limit: 2 });
    expect(asked[0]?.url).toBe("https://ads.example.fr/v1/campaigns/7/conversions?limit=2");
    expect(headerOf(asked[0]?.init, "authorization")).toBe("Bearer atl_x");
  });
  test("says on which version a change is based", async () => {
    const { client, asked } = clientOn([json({})]);
    await client.changeCampaign({ campaignId: 7, body: { status: "paused" } }, { ifVersion: 3 });
    expect(headerOf(asked[0]?.init, "if-match")).toBe('"3"');
    expect(asked[0]?.init.body).toBe('{"status":"paused"}');
  });
  test("rejects with every problem that the server found", async () => {
    const { client } = clientOn([refusal()]);
    const refused = await client
      .createAdvertiser({ body: { name: "", trade: "x" } })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AtelierProblem);
    expect(refused).toMatchObject({
      status: 422,
      code: "invalid_body",
      errors: [{ pointer: "/name", rule: "is required" }],
      message: "The body breaks a rule: /name is required",
    });
  });
  test("rejects as well where something between answers, which speaks no problems", async () => {
    const { client } = clientOn([new Response("<html>", { status: 403 })]);
    await expect(client.readMe()).rejects.toMatchObject({ status: 403, code: null, errors: [] });
  });
  test("gives nothing for an answer without content", async () => {
    const { client } = clientOn([new Response(null, { status: 204 })]);
    expect(await client.removeCampaign({ campaignId: 7 })).toBeUndefined();
  });
  test("of a dry run asks for one", async () => {
    const { client, asked } = clientOn([
      json({ dryRun: true, status: 201, result: {}, forecast: null }),
    ]);
    await client.dryRun("createAdvertiser", { body: { name: "Un", trade: "deux" } });
    expect(asked[0]?.url).toBe("https://ads.example.fr/v1/advertisers?dryRun=1");
  });
});

describe("tries again", () => {
  const away = () => new Response("", { status: 503 });
  const busy = () => new Response("", { status: 429, headers: { "retry-after": "7" } });
  const reset = () => new TypeError("fetch failed");

  test("what is read, twice as long later each time, and at once what the server says", async () => {
    const { client, asked, waits } = clientOn([away(), reset(), busy(), json({ items: [] })]);
    await client.listPostbackKeys({ advertiserId: 1 });
    expect(asked).toHaveLength(4);
    expect(waits).toEqual([150, 300, 7_000]);
  });
  test("what is written, with the key of the first try", async () => {
    const { client, asked } = clientOn([reset(), away(), json({}, 201)]);
    await client.createAdvertiser({ body: { name: "Un", trade: "deux" } });
    const keys = asked.map(({ init }) => headerOf(init, "idempotency-key"));
    expect(keys).toEqual(["key-0", "key-0", "key-0"]);
  });
  test("a write that is still being answered", async () => {
    const inProgress = json({}, 409, { "retry-after": "1" });
    const { client, waits } = clientOn([inProgress, json({}, 201)]);
    await client.createAdvertiser({ body: { name: "Un", trade: "deux" } });
    expect(waits).toEqual([1_000]);
  });
  test("what takes no key after 429 only, for nothing was done then", async () => {
    const orders = { body: { advertiserId: 1, conversions: [{ orderId: "C-1" }] } };
    const limited = clientOn([busy(), json({ results: [] })]);
    await limited.client.reportConversions(orders);
    expect(limited.asked).toHaveLength(2);
    const broken = clientOn([away(), json({ results: [] })]);
    await expect(broken.client.reportConversions(orders)).rejects.toMatchObject({ status: 503 });
    const cut = clientOn([reset(), json({ results: [] })]);
    await expect(cut.client.reportConversions(orders)).rejects.toThrow("fetch failed");
  });
  test("no longer than it is told to, and never a refusal", async () => {
    const { client, asked } = clientOn([away(), away(), away()], 2);
    await expect(client.readMe()).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(3);
    const refused = clientOn([refusal(), json({})]);
    await expect(refused.client.readMe()).rejects.toMatchObject({ status: 422 });
    expect(refused.asked).toHaveLength(1);
  });
  test("not once the caller has given up", async () => {
    const { client, asked } = clientOn([reset(), json({})]);
    const signal = AbortSignal.abort();
    await expect(client.readMe({}, { signal })).rejects.toThrow("fetch failed");
    expect(asked).toHaveLength(1);
  });
});

describe("lists and lines", () => {
  test("every item of every page comes, in their order", async () => {
    const pages = [
      { items: [{ segmentId: 1 }, { segmentId: 2 }], nextCursor: "next" },
      { items: [], nextCursor: "last" },
      { items: [{ segmentId: 3 }], nextCursor: null },
    ];
    const { client, asked } = clientOn(pages.map((page) => json(page)));
    const found: number[] = [];
    for await (const { segmentId } of client.every("listSegments", { limit: 2 }))
      found.push(segmentId);
    expect(found).toEqual([1, 2, 3]);
    expect(asked.map(({ url }) => new URL(url).searchParams.get("cursor"))).toEqual([
      null,
      "next",
      "last",
    ]);
  });
  test("a bulk call sends lines and gives what became of each, however the network cuts them", async () => {
    const results = '{"line":1,"status":201,"id":7}\n{"line":2,"status":422}\n';
    const chunks = [results.slice(0, 11), results.slice(11, 40), results.slice(40)];
    const body = ReadableStream.from(chunks.map((text) => new TextEncoder().encode(text)));
    const { client, asked } = clientOn([
      new Response(body, { headers: { "content-type": "application/x-ndjson" } }),
    ]);
    const lines = [
      { op: "create", body: { name: "Un" } },
      { op: "update", id: 3, body: { name: "Été" } },
    ] as const;
    const statuses: number[] = [];
    for await (const { status } of await client.bulkCampaigns({ body: lines }))
      statuses.push(status);
    expect(statuses).toEqual([201, 422]);
    expect(asked[0]?.init.body).toBe(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  });
  test("lines that were refused together come too, and a call that was refused as a whole rejects", async () => {
    const headers = { "content-type": "application/x-ndjson" };
    const undone = new Response('{"line":1,"status":424}\n', { status: 422, headers });
    const { client } = clientOn([undone, refusal()]);
    const body = [{ op: "create", body: {} }] as const;
    const found: unknown[] = [];
    for await (const line of await client.bulkCampaigns({ body, atomic: "1" })) found.push(line);
    expect(found).toEqual([{ line: 1, status: 424 }]);
    await expect(client.bulkCampaigns({ body })).rejects.toMatchObject({ code: "invalid_body" });
  });
});
