import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CheckLinkOptions, checkLink, type LookupAll } from "../../../src/links/checkLink.ts";
import { createResolvesPrivately } from "../../../src/links/resolvesPrivately.ts";
import { shopCertificate, shopKey } from "../../support/fixtures/shopCertificate.ts";

/** What the shop's server answers, by path; a number is a status, a text a redirect. */
const pages: Readonly<Record<string, number | string>> = {
  "/": 200,
  "/gone": 404,
  "/broken": 500,
  "/moved": "/",
  "/elsewhere": "https://www.shop.example:PORT/",
  "/loop": "/loop",
  "/insecure": "http://shop.example/",
  "/metadata": "https://169.254.169.254/latest/meta-data/",
  "/inside": "https://intranet.shop.example:PORT/",
  "/file": "file:///etc/passwd",
};
let server: Server;
let port = 0;
let asked: string[] = [];
beforeAll(async () => {
  server = createServer({ cert: shopCertificate, key: shopKey }, (request, response) => {
    asked.push(`${request.headers.host?.split(":")[0]}${request.url}`);
    const page = pages[request.url ?? ""];
    if (page === undefined) return; // Never answers.
    if (typeof page === "number") response.writeHead(page);
    else response.writeHead(302, { location: page.replace("PORT", String(port)) });
    response.end("x".repeat(100));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const loopback = [{ address: "127.0.0.1", family: 4 }];
const names: Readonly<Record<string, typeof loopback>> = {
  "shop.example": loopback,
  "www.shop.example": loopback,
  "intranet.shop.example": [...loopback, { address: "10.0.0.7", family: 4 }],
};
const options: CheckLinkOptions = {
  deadlineMs: 2_000,
  allowLoopback: true,
  certificateAuthority: shopCertificate,
  async lookupAll(host) {
    const found = names[host];
    if (found === undefined) throw Object.assign(new Error("none"), { code: "ENOTFOUND" });
    return found;
  },
};
const check = (path: string, others: Partial<CheckLinkOptions> = {}) => {
  asked = [];
  return checkLink(`https://shop.example:${port}${path}`, { ...options, ...others });
};

describe("a landing page", () => {
  it.each([
    ["/", { ok: true, httpStatus: 200 }],
    ["/moved", { ok: true, httpStatus: 200 }],
    ["/elsewhere", { ok: true, httpStatus: 200 }],
    ["/gone", { ok: false, reason: "http_error", httpStatus: 404 }],
    ["/broken", { ok: false, reason: "http_error", httpStatus: 500 }],
    ["/loop", { ok: false, reason: "too_many_redirects", httpStatus: null }],
    ["/insecure", { ok: false, reason: "not_https", httpStatus: null }],
    ["/file", { ok: false, reason: "not_https", httpStatus: null }],
    ["/metadata", { ok: false, reason: "private_address", httpStatus: null }],
    ["/inside", { ok: false, reason: "private_address", httpStatus: null }],
  ] as const)("%s is judged by where it leads", async (path, outcome) => {
    expect(await check(path)).toEqual(outcome);
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(asked).not.toContain("intranet.shop.example/");
  });

  it("is not even connected to where its name leads to this machine", async () => {
    expect(await check("/", { allowLoopback: false })).toMatchObject({ reason: "private_address" });
    expect(asked).toEqual([]);
  });

  it("must have a certificate, a name and an answer in time", async () => {
    const { certificateAuthority: _own, ...strangers } = options;
    const url = `https://shop.example:${port}/`;
    expect(await checkLink(url, strangers)).toMatchObject({ reason: "certificate" });
    const unknown = await checkLink("https://nobody.example/", options);
    expect(unknown).toMatchObject({ reason: "unknown_host" });
    expect(await check("/silent", { deadlineMs: 150 })).toMatchObject({ reason: "timeout" });
  });
});

describe("a name that is looked up before a creative is saved", () => {
  const lookup = (addresses: readonly string[]) => async () =>
    addresses.map((address) => ({ address, family: 4 }));
  const ask = (answer: LookupAll, url = "https://shop.example/") =>
    createResolvesPrivately({ deadlineMs: 20, monotonicMs: () => 0, lookup: answer })(url);

  it("is refused when any of its addresses is private, and not for want of an answer", async () => {
    expect(await ask(lookup(["8.8.8.8", "10.0.0.1"]))).toBe(true);
    expect(await ask(lookup(["8.8.8.8"]))).toBe(false);
    expect(await ask(() => Promise.reject(new Error("none")))).toBe(false);
    expect(await ask(lookup([]), "https://127.0.0.1/")).toBe(true);
  });

  it("is asked once a minute, and after one that took too long nobody waits for a while", async () => {
    let nowMs = 0;
    const hosts: string[] = [];
    const leadsPrivately = createResolvesPrivately({
      deadlineMs: 20,
      monotonicMs: () => nowMs,
      lookup(host) {
        hosts.push(host);
        return host === "slow.example" ? new Promise(() => undefined) : lookup(["10.0.0.1"])();
      },
    });
    const inside = "https://shop.example/";
    expect([await leadsPrivately(inside), await leadsPrivately(inside)]).toEqual([true, true]);
    expect(await leadsPrivately("https://slow.example/")).toBe(false);
    expect(await leadsPrivately("https://other.example/")).toBe(false);
    expect(hosts).toEqual(["shop.example", "slow.example"]);
    nowMs = 60_000;
    expect(await leadsPrivately(inside)).toBe(true);
    expect(hosts).toEqual(["shop.example", "slow.example", "shop.example"]);
  });
});
