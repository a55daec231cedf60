import { Router } from "express";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createManagementApp } from "../../../src/app.ts";
import { createTellDeprecations, type Deprecation } from "../../../src/routes/deprecation.ts";
import { buildOpenApi } from "../../../src/routes/openapi/document.ts";
import type { Operation } from "../../../src/routes/openapi/operation.ts";
import { operations } from "../../../src/routes/openapi/operations.ts";

const going = (of: Deprecation["of"], fields: Partial<Deprecation> = {}): Deprecation => ({
  of,
  since: "2026-01-01T00:00:00Z",
  sunset: "2026-07-31T23:59:59Z",
  moreAt: "https://docs.example/v2",
  ...fields,
});

const thing = z.object({ name: z.string(), colour: z.string().meta({ deprecated: true }) });
const read: Operation = {
  id: "readThing",
  method: "get",
  path: "/old/things/:thingId",
  tag: "Campaigns",
  summary: "Read a thing",
  access: [],
  params: z.object({ thingId: z.int() }),
  query: z.object({ verbose: z.string().optional() }),
  answers: { 200: { description: "The thing.", schema: thing } },
};
const withThese = (...deprecations: readonly Deprecation[]): Operation => ({
  ...read,
  deprecations,
});

function appOf(operation: Operation) {
  const router = Router();
  router.get(operation.path, ({ params }, response) => {
    if (params.thingId === "0") throw new Error("nothing");
    response.json({});
  });
  router.get("/old/others", (_request, response) => void response.json({}));
  const tellDeprecations = createTellDeprecations([operation]) ?? undefined;
  return createManagementApp({
    trustedProxies: 0,
    reportFault: () => undefined,
    routers: [router],
    ...(tellDeprecations && { tellDeprecations }),
  });
}

const told = {
  deprecation: "@1767225600",
  sunset: "Fri, 31 Jul 2026 23:59:59 GMT",
  link: '<https://docs.example/v2>; rel="deprecation"; type="text/html"',
};

describe("a route that is going away", () => {
  const app = appOf(withThese(going("route")));

  it.each(["/old/things/1", "/old/things/1/", "/OLD/Things/1", "/old/things/0"])(
    "says so in every answer, a fault's too: %s",
    async (path) => {
      expect((await request(app).get(path)).headers).toMatchObject(told);
    },
  );

  it("says so in the refusal of a method, and nothing of other paths", async () => {
    const head = await request(app).head("/old/things/1");
    expect(head.headers).toMatchObject(told);
    expect((await request(app).get("/old/others")).headers).not.toHaveProperty("deprecation");
  });

  it("has half a year's notice", () => {
    const soon = withThese(going("route", { sunset: "2026-06-30T00:00:00Z" }));
    expect(() => createTellDeprecations([soon])).toThrow(RangeError);
    expect(() => createTellDeprecations([withThese(going("route", { since: "soon" }))])).toThrow();
  });
});

describe("a parameter that is going away", () => {
  it("is told to those who send it", async () => {
    const app = appOf(withThese(going({ parameter: "verbose" })));
    expect((await request(app).get("/old/things/1?verbose=1")).headers).toMatchObject(told);
    expect((await request(app).get("/old/things/1")).headers).not.toHaveProperty("sunset");
  });
});

describe("several that are going away", () => {
  it("are told with the earliest dates and each page", async () => {
    const later = { since: "2026-02-01T00:00:00Z", sunset: "2027-01-01T00:00:00Z" };
    const other = going({ field: "colour" }, { ...later, moreAt: "https://docs.example/colour" });
    const { headers } = await request(appOf(withThese(going("route"), other))).get("/old/things/1");
    expect(headers).toMatchObject({ deprecation: told.deprecation, sunset: told.sunset });
    expect(headers.link).toContain("<https://docs.example/v2>");
    expect(headers.link).toContain("<https://docs.example/colour>");
  });
});

describe("the description", () => {
  const describedIn = (operation: Operation) => {
    const { paths } = buildOpenApi([operation]) as {
      readonly paths: Readonly<Record<string, { readonly get: Readonly<Record<string, unknown>> }>>;
    };
    return paths["/old/things/{thingId}"]?.get;
  };

  it("marks the route, says until when, and names the headers", () => {
    const described = describedIn(withThese(going("route")));
    expect(described).toMatchObject({
      deprecated: true,
      description: "This may be gone from 2026-07-31 on: https://docs.example/v2",
      responses: { 200: { headers: { Deprecation: {}, Sunset: {} } } },
    });
  });

  it("marks a parameter and a field alone", () => {
    const described = describedIn(
      withThese(going({ parameter: "verbose" }), going({ field: "colour" })),
    );
    expect(described).not.toHaveProperty("deprecated");
    expect(described?.parameters).toContainEqual(
      expect.objectContaining({ name: "verbose", deprecated: true }),
    );
    expect(JSON.stringify(described?.responses)).toContain(
      '"colour":{"type":"string","deprecated":true',
    );
  });

  it("has nothing of what is not there", () => {
    expect(() => describedIn(withThese(going({ parameter: "q" })))).toThrow("no parameter q");
    expect(() => describedIn(withThese(going({ field: "name" })))).toThrow("no field name");
  });
});

it("the API's own operations can be told of as they are", () => {
  expect(() => createTellDeprecations(operations)).not.toThrow();
});
