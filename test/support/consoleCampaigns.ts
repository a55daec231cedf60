import request from "supertest";
import { campaignBody } from "./campaignBodies.ts";
import type { System } from "./system.ts";

export interface Agency {
  readonly organizationId: number;
  readonly advertiserIds: readonly number[];
  /** In the order of their names, "Campagne 001" first. */
  readonly campaignIds: readonly number[];
}

const shopNames = ["Fleurs du Pont", "Garage Martin", "Épicerie Roux", "Librairie Vauban"];
const linesPerCall = 2_000;

/** An agency with four shops and many campaigns, created by bulk calls as its manager would. */
export async function openAgency(system: System, count: number): Promise<Agency> {
  const { organizationId = 0 } = await system.create("/v1/organizations", {
    name: "Agence des Ponts",
    kind: "agency",
  });
  const advertiserIds: number[] = [];
  for (const name of shopNames) {
    const body = { name, trade: name, organizationId, balanceMicros: 1_000_000_000 };
    advertiserIds.push((await system.create("/v1/advertisers", body)).advertiserId ?? 0);
  }
  const campaignIds: number[] = [];
  for (let from = 0; from < count; from += linesPerCall) {
    const size = Math.min(linesPerCall, count - from);
    const lines = Array.from({ length: size }, (_, at) => bodyOf(from + at, advertiserIds));
    campaignIds.push(...(await createAll(system, lines)));
  }
  return { organizationId, advertiserIds, campaignIds };
}

/** Two thirds run, and every tenth is over or has not begun. */
function bodyOf(index: number, advertiserIds: readonly number[]) {
  const number = String(index + 1).padStart(3, "0");
  return campaignBody({
    advertiserId: advertiserIds[index % advertiserIds.length],
    name: `Campagne ${number}`,
    status: index % 3 === 2 ? "paused" : "active",
    startsOn: index % 10 === 9 ? "2099-01-01" : "2026-01-01",
    endsOn: index % 5 === 0 ? "2099-12-31" : null,
    dailyBudgetMicros: (5 + (index % 20)) * 1_000_000,
  });
}

async function createAll(system: System, bodies: readonly object[]): Promise<readonly number[]> {
  const lines = bodies.map((body) => JSON.stringify({ op: "create", body }));
  const answer = await request(system.url)
    .post("/v1/campaigns/bulk")
    .set({ authorization: `Bearer ${system.adminKey}`, "content-type": "application/x-ndjson" })
    .buffer(true)
    .parse((response, done) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => done(null, text));
    })
    .send(lines.join("\n"));
  return String(answer.body)
    .trim()
    .split("\n")
    .map((line) => {
      const { id, problem } = JSON.parse(line);
      if (id === undefined) throw new Error(JSON.stringify(problem));
      return id;
    });
}
