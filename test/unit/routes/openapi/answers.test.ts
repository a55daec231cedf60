import { createServer, type RequestListener } from "node:http";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { answerProblem } from "../../../support/openapi/answerProblem.ts";
import { takeProblems } from "../../../support/openapi/checkAnswers.ts";

const advertiser = {
  advertiserId: 1,
  organizationId: 1,
  name: "Garage du Pont",
  payerName: "Garage du Pont",
  trade: "garage",
  balanceMicros: null,
  version: 1,
  createdAt: "2026-06-01T10:00:00.000Z",
  updatedAt: "2026-06-01T10:00:00.000Z",
};
const sent = {
  method: "GET",
  url: "/v1/advertisers/1",
  status: 200,
  contentType: "application/json; charset=utf-8",
  body: JSON.stringify(advertiser),
};
const problem = {
  type: "urn:atelier:problem:not_found",
  title: "Nothing is here",
  status: 404,
  detail: "There is nothing with this id.",
  errors: [],
};

describe("an answer that its operation describes", () => {
  test("is fine, and so is a refusal of its kinds", () => {
    expect(answerProblem(sent)).toBeNull();
    const refused = { ...sent, status: 404, contentType: "application/problem+json" };
    expect(answerProblem({ ...refused, body: JSON.stringify(problem) })).toBeNull();
  });
  test.each<[string, Partial<typeof sent>, RegExp]>([
    [
      "a field that it does not tell of",
      { body: JSON.stringify({ ...advertiser, secret: 1 }) },
      /additional properties.*secret/,
    ],
    [
      "a field of another type",
      { body: JSON.stringify({ ...advertiser, name: 7 }) },
      /\/name must be string/,
    ],
    [
      "a missing field",
      { body: JSON.stringify({ name: "x" }) },
      /required property 'advertiserId'/,
    ],
    ["no JSON", { body: "<html>" }, /no JSON/],
    ["another content type", { contentType: "text/html" }, /content type/],
    ["another status", { status: 202 }, /readAdvertiser says otherwise: it answers 200/],
    ["a route that nobody described", { url: "/v1/secrets" }, /no operation describes it/],
    ["a refusal that is no problem", { status: 404 }, /a refusal is application\/problem\+json/],
    [
      "a problem of another kind",
      {
        status: 404,
        contentType: "application/problem+json",
        body: JSON.stringify({ ...problem, type: "urn:atelier:problem:conflict" }),
      },
      /conflict is not among its problems/,
    ],
  ])("is not fine with %s", (_what, fields, expected) => {
    expect(answerProblem({ ...sent, ...fields })).toMatch(expected);
  });
});

describe("every answer of a server of the tests is looked at", () => {
  test.each<[string, RequestListener]>([
    [
      "end",
      (_request, response) =>
        response.setHeader("content-type", "application/json").end('{"name":1}'),
    ],
    [
      "writeHead, write and end",
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"name"');
        response.end(":1}");
      },
    ],
  ])("written by %s", async (_how, listener) => {
    await request(createServer(listener)).get("/v1/advertisers/1").expect(200);
    expect(await takeProblems()).toEqual([
      expect.stringMatching(/readAdvertiser says otherwise: the body must have/),
    ]);
  });
});
