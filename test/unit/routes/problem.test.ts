import { readFileSync } from "node:fs";
import express, { Router } from "express";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { errorTable, PublicError } from "../../../src/errors.ts";
import {
  createNotFound,
  createProblemHandler,
  type FaultReport,
  redact,
} from "../../../src/routes/problem.ts";

function createFailing(error: unknown) {
  const reports: FaultReport[] = [];
  const router = Router();
  router.get("/v1/things/:id", () => {
    throw error;
  });
  router.patch("/v1/things/:id", () => {
    throw error;
  });
  const app = express();
  app.use(router);
  app.use(createNotFound([router]));
  app.use(createProblemHandler((report) => reports.push(report)));
  return { app, reports };
}

describe("an error", () => {
  it("with a public face becomes problem+json that names each field and rule", async () => {
    const problems = [{ pointer: "/name", rule: "is required" }];
    const { app, reports } = createFailing(new PublicError("invalid_body", "Broken.", problems));
    const answer = await request(app).get("/v1/things/1");
    expect(answer.status).toBe(422);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(answer.text)).toEqual({
      type: "urn:atelier:problem:invalid_body",
      title: errorTable.invalid_body.title,
      status: 422,
      detail: "Broken.",
      instance: `urn:atelier:request:${answer.headers["x-request-id"]}`,
      errors: problems,
    });
    expect(reports).toEqual([]);
  });

  it("that nobody expected is a 500 that says nothing, and is reported without personal data", async () => {
    const { app, reports } = createFailing(
      new TypeError('cannot read "Jeanne Dupont" jeanne@exemple.fr from 203.0.113.9'),
    );
    const answer = await request(app).get("/v1/things/secret-id-of-jeanne");
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/Jeanne|TypeError|problem\.test/);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ name: "TypeError", route: "/v1/things/:id", method: "GET" });
    expect(reports[0]?.frames[0]).toContain("problem.test.ts");
    expect(reports[0]?.requestId).toBe(answer.headers["x-request-id"]);
    expect(JSON.stringify(reports)).not.toMatch(/Jeanne|jeanne|203\.0/);
  });

  it("thrown as something that is no error is a 500 too", async () => {
    const { app, reports } = createFailing("just text");
    expect((await request(app).get("/v1/things/1")).status).toBe(500);
    expect(reports).toHaveLength(1);
  });

  it("hides quoted text, addresses and long values in what is logged", () => {
    expect(redact("at 2001:db8:12:34::1 token abcdefghijklmnopqrstuvwxyz012345")).toBe(
      "at (address) token (long value)",
    );
  });
});

describe("a path", () => {
  const { app } = createFailing(new PublicError("not_found", "No such thing."));

  it("that exists for other methods answers 405 and names them", async () => {
    const answer = await request(app).delete("/v1/things/1");
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("GET, HEAD, PATCH");
  });

  it("that does not exist answers 404, and one with a broken escape 400", async () => {
    expect((await request(app).get("/v1/thing")).status).toBe(404);
    expect((await request(app).get("/v1/things/1/more")).status).toBe(404);
    const broken = await request(app).get("/v1/things/%E0%A4%A");
    expect(broken.status).toBe(400);
    expect(broken.body.errors).toEqual([
      { pointer: "path", rule: "must be percent-encoded UTF-8" },
    ]);
  });
});

describe("docs/errors.md", () => {
  it("lists exactly the codes, statuses and titles of the error table", () => {
    const text = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
    const rows = [...text.matchAll(/^\| `(\w+)` \| (\d{3}) \| ([^|]+) \|/gm)];
    const documented = rows.map(([, code, status, title]) => [code, Number(status), title?.trim()]);
    const actual = Object.entries(errorTable).map(([code, row]) => [code, row.status, row.title]);
    expect(documented).toEqual(actual);
  });
});
