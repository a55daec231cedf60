import { connect } from "node:net";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { createHttpServer } from "../../../src/app.ts";
import { createTestApp } from "../../support/adsApp.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { until } from "../../support/until.ts";

const campaigns = [buildCampaign({ campaignId: 1 })];
const top = { placements: [{ id: "top" }] };
/** The documented spelling, which never reaches Express, and others, which do. */
const spellings = ["/v1/ads", "/v1/ads?debug=1", "/v1/ads/", "/V1/Ads"];

describe("the front door", () => {
  it("gives the same answers before Express and behind it", async () => {
    const { app } = createTestApp(campaigns, {
      newDecisionId: () => "0b9d4a57-2f0f-4f39-8f0a-1c1d0a3b5e7d",
    });
    const answers = await Promise.all(spellings.map((path) => request(app).post(path).send(top)));
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(answers[0]?.text);
      expect({ ...answer.headers, date: "" }).toEqual({ ...answers[0]?.headers, date: "" });
    }
  });

  it("gives the same problems before Express and behind it", async () => {
    const { app, faults } = createTestApp(campaigns);
    for (const body of ["{", '{"placements":[]}', "[1e999]"]) {
      const sent = spellings.map((path) => request(app).post(path).type("json").send(body));
      const answers = await Promise.all(sent);
      for (const answer of answers) {
        expect(answer.status).toBe(answers[0]?.status);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        // Each has a name of its own.
        expect({ ...answer.body, instance: "" }).toEqual({ ...answers[0]?.body, instance: "" });
        expect(answer.headers["content-type"]).toBe("application/problem+json");
      }
    }
    expect(faults).toEqual([]);
  });

  it("reports a fault with its route, and hides it from the page", async () => {
    const { app, faults } = createTestApp(campaigns, {
      nowMs: () => {
        throw new Error("the clock broke");
      },
    });
    for (const path of spellings) {
      const answer = await request(app).post(path).send(top);
      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain("clock");
    }
    const told = faults.map(({ method, route, message }) => ({ method, route, message }));
    const fault = { method: "POST", route: "/v1/ads", message: "the clock broke" };
    expect(told).toEqual(spellings.map(() => fault));
  });

  it("leaves other methods to Express, which knows what the path takes", async () => {
    const { app } = createTestApp(campaigns);
    const answer = await request(app).get("/v1/ads");
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("OPTIONS, POST");
  });

  it("survives a page that leaves in the middle of its request", async () => {
    const { app, faults } = createTestApp(campaigns);
    const server = createHttpServer(app);
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(address !== null && typeof address === "object" ? address.port : 0);
      });
    });
    let ended = false;
    server.on("request", (incoming) => incoming.on("close", () => (ended = true)));
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("POST /v1/ads HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{");
    });
    server.once("request", () => socket.destroy());
    await until(async () => ended);
    const answer = await request(server).post("/v1/ads").send(top);
    expect(answer.status).toBe(200);
    expect(faults).toEqual([]);
    server.close();
  });
});
