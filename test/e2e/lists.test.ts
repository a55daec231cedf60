import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { App } from "../../src/app.ts";
import { operations } from "../../src/routes/openapi/operations.ts";
import { plainPicture } from "../support/pictures.ts";
import { type System, startSystem } from "../support/system.ts";

/** Every list of the API, a new one too, keeps what docs/resources.md promises of lists; every path its 405. */

let system: System;
const ids = new Map<string, number>();
beforeAll(async () => {
  system = await startSystem();
  const campaignId = await system.openShop();
  const { body } = await get(`/v1/campaigns/${campaignId}`);
  await system.create("/v1/ssps", { name: "marche" });
  const deals = ["b", "a"].map((id) => ({ ssp: "marche", id }));
  await system.patch(`/v1/campaigns/${campaignId}`, { deals, openAuction: false }).expect(200);
  ids.set("campaignId", campaignId).set("advertiserId", body.advertiserId);
  for (const [index, name] of ["Zoé", "Élodie", "emile"].entries()) {
    const { organizationId } = await system.create("/v1/organizations", { name, kind: "agency" });
    const email = `${name.normalize("NFD").replace(/\P{L}/gu, "")}@exemple.fr`;
    await system.create("/v1/users", { organizationId, email, name, role: "admin" });
    await system.create("/v1/keys", { organizationId, role: "reader", label: name });
    const hook = { url: `https://example.com/${index}`, events: ["campaign.approved"] };
    const { webhookId = 0 } = await system.create("/v1/webhooks", hook);
    ids.set("webhookId", webhookId);
  }
  // One: a picture is made in thirty sizes.
  await request(system.url)
    .post(`/v1/media?advertiserId=${body.advertiserId}&name=${encodeURIComponent("Élodie")}`)
    .set(authorization())
    .set("content-type", "image/png")
    .send(await plainPicture(640, 480))
    .expect(201);
});
afterAll(() => system?.close());

const authorization = () => ({ authorization: `Bearer ${system.adminKey}` });
const get = (path: string) => request(system.url).get(path).set(authorization());

interface Listed {
  readonly path: string;
  readonly sorts: readonly string[];
  readonly shape: z.ZodRawShape;
}

const shapeOf = (query: z.ZodObject | undefined) => query?.shape ?? {};
/** A report's rows have their own dimensions, and its cursor goes through files too. */
const ownCursor = ["readReport"];
const paged = operations.filter(({ query }) => "cursor" in shapeOf(query));
const lists: readonly Listed[] = paged
  .filter(({ id }) => !ownCursor.includes(id))
  .map(({ path, query }) => {
    const shape = shapeOf(query);
    const { options } = (shape.sort as z.ZodOptional<z.ZodEnum>).unwrap();
    return { path, sorts: options.map(String), shape };
  });
const pathOf = (path: string) =>
  path.replace(/:(\w+)/g, (_all, name: string) => String(ids.get(name) ?? 1));

type Item = Readonly<Record<string, unknown>>;
const itemsOf = (body: Readonly<Record<string, readonly Item[]>>) => body.items ?? body.days ?? [];

async function walk(path: string, query: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { body } = await get(`${pathOf(path)}?${query}${next}`).expect(200);
    items.push(...itemsOf(body));
    cursor = body.nextCursor;
  } while (cursor !== null);
  return items;
}

describe("every list", () => {
  it("is there to be tried", () => {
    expect(lists.length).toBeGreaterThan(18);
  });

  it.each(lists)(
    "$path is walked in each of its orders, both ways, each item once",
    async (list) => {
      for (const sort of list.sorts.filter((one) => !one.startsWith("-"))) {
        const up = await walk(list.path, `limit=3&sort=${sort}`);
        const down = await walk(list.path, `limit=200&sort=-${sort}`);
        expect(down.map((one) => JSON.stringify(one))).toEqual(
          up.map((one) => JSON.stringify(one)).toReversed(),
        );
      }
    },
  );

  it.each(lists)("$path takes fields, and tells every bad parameter at once", async ({ path }) => {
    const [first] = itemsOf((await get(pathOf(path)).expect(200)).body);
    const field = Object.keys(first ?? {}).at(-1);
    if (field !== undefined) {
      const [thin] = itemsOf((await get(`${pathOf(path)}?fields=${field}`).expect(200)).body);
      expect(Object.keys(thin ?? {}).length).toBeLessThanOrEqual(2);
      expect(thin?.[field]).toEqual(first?.[field]);
    }
    const bad = "limit=0&cursor=x&sort=colour&fields=colour&colour=red";
    const { body } = await get(`${pathOf(path)}?${bad}`).expect(400);
    const pointers = body.errors.map(({ pointer }: { readonly pointer: string }) => pointer);
    expect(pointers).toEqual(["limit", "cursor", "sort", "fields", "colour"]);
  });
});

describe("parameters that are not valid", () => {
  const asked = operations.filter(({ method, query }) => method === "get" && query !== undefined);
  const rulesOf = async (path: string, query: Readonly<Record<string, string>>) => {
    const { body, status } = await get(path).query(query);
    const problems: readonly { readonly pointer: string; readonly rule: string }[] =
      status === 400 ? body.errors : [];
    return problems.map(({ pointer, rule }) => `${path} ${pointer}: ${rule}`);
  };

  it("are refused in our words, those that are missing too", async () => {
    const rules: string[] = [];
    for (const { path, query } of asked) {
      const names = Object.keys(shapeOf(query));
      const given = Object.fromEntries(names.map((name) => [name, "\u0000"]));
      rules.push(...(await rulesOf(pathOf(path), {})), ...(await rulesOf(pathOf(path), given)));
    }
    expect(rules).toContain("/v1/transparency day: is required");
    expect(rules.length).toBeGreaterThan(150);
    expect(rules.filter((rule) => /Invalid|expected|undefined|NaN|\/\^/.test(rule))).toEqual([]);
  });
});

describe("filters", () => {
  const namesOf = async (query: string) =>
    itemsOf((await get(query).expect(200)).body).map(({ name, label }) => name ?? label);

  it("find people, keys, organisations and pictures by name, without regard to case and accents", async () => {
    const q = encodeURIComponent("ÉLO");
    for (const path of ["/v1/users", "/v1/keys", "/v1/organizations", "/v1/media"])
      expect(await namesOf(`${path}?q=${q}`)).toEqual(["Élodie"]);
    expect(await namesOf("/v1/users?q=zoe%40exemple.fr")).toEqual(["Zoé"]);
    expect(await namesOf("/v1/users?sort=name&role=admin")).toEqual(["Élodie", "emile", "Zoé"]);
  });

  it("tell by which deals which campaigns bid, those that the caller may see", async () => {
    const { body } = await get("/v1/deals?ssp=marche&sort=-id").expect(200);
    const campaignId = ids.get("campaignId");
    const line = { ssp: "marche", campaignId, status: "active", openAuction: false };
    expect(body.items).toMatchObject([
      { ...line, id: "a" },
      { ...line, id: "b" },
    ]);
    expect(itemsOf((await get(`/v1/deals?campaignId=${campaignId}&id=b`)).body)).toHaveLength(1);
    expect(itemsOf((await get("/v1/deals?status=paused")).body)).toEqual([]);
    const { advertiserId = 0 } = await system.create("/v1/advertisers", { name: "A", trade: "a" });
    const key = await system.managerKey([advertiserId]);
    const foreign = await request(system.url)
      .get(`/v1/deals?advertiserId=${ids.get("advertiserId")}`)
      .set({ authorization: `Bearer ${key}` });
    expect(foreign.body.items).toEqual([]);
  });

  it("tell keys that were revoked from those that count", async () => {
    const [{ apiKeyId } = { apiKeyId: 0 }] = itemsOf((await get("/v1/keys?q=zoe")).body);
    await request(system.url).delete(`/v1/keys/${apiKeyId}`).set(authorization()).expect(204);
    expect(await namesOf("/v1/keys?revoked=true&q=zoe")).toEqual(["Zoé"]);
    expect(await namesOf("/v1/keys?revoked=false&q=zoe")).toEqual([]);
  });

  it("a person, a key, an organisation and a picture are read by fields, and not sent again unchanged", async () => {
    for (const collection of ["users", "keys", "organizations", "media"]) {
      const [item = {}] = itemsOf((await get(`/v1/${collection}?limit=1`)).body);
      const one = `/v1/${collection}/${Object.values(item)[0]}`;
      const { body, headers } = await get(`${one}?fields=createdAt`).expect(200);
      expect(Object.keys(body)).toHaveLength(2);
      await get(one).set("if-none-match", String(headers.etag)).expect(304);
      await get(`${one}?fields=keyHash,passwordHash`).expect(400);
    }
  });
});

describe("a method that a path does not have", () => {
  it("is a 405 that names those it has, without a key or a body, on every path of management", async () => {
    const listeners: readonly unknown[] = system.server.http.listeners("request");
    const [app] = listeners as readonly App[];
    const routes = app?.routes ?? [];
    const fits = (pattern: string, path: string) =>
      new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+").replaceAll(".", "\\.")}$`).test(path);
    for (const path of new Set(routes.map((route) => route.path))) {
      // What pages and exchanges ask does not pass through here.
      if (!path.startsWith("/v1/") || path === "/v1/ads") continue;
      const asked = path.replace(/:\w+/g, "1");
      const methods = routes.filter((one) => fits(one.path, asked)).flatMap((one) => one.methods);
      for (const method of ["put", "post", "patch", "delete"] as const) {
        if (methods.includes(method.toUpperCase())) continue;
        const { status, headers } = await request(system.url)[method](asked);
        const told = `${method} ${path}`;
        expect(`${told} ${status} ${headers.allow}`).toContain(`${told} 405 `);
        for (const one of methods) if (one !== "OPTIONS") expect(headers.allow).toContain(one);
      }
    }
  });
});
