import request from "supertest";
import type { BidResponse } from "../../src/openrtb/bidTypes.ts";
import type { System } from "./system.ts";
import { until } from "./until.ts";

/** Creates an SSP that asks from this machine without a key, unless told otherwise; answers once this node knows it. */
export async function openSsp(
  system: System,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly name: string; readonly sspId: number; readonly key: string | null }> {
  // Patient: machines that test are busy.
  const usual = {
    name: "demo",
    keyed: false,
    addresses: ["127.0.0.0/8", "::1"],
    deadlineMs: 2_000,
  };
  const body = { ...usual, ...fields };
  const response = await system.post("/v1/ssps", body);
  if (response.status !== 201) throw new Error(JSON.stringify(response.body));
  const { name, sspId, key = null } = response.body;
  const ssps = () => system.server.jobs.state.ssps?.() ?? [];
  await until(() => ssps().some((ssp) => ssp.sspId === sspId));
  return { name, sspId, key };
}

/** A bid request for one native ad on a page about Limoges, in euros, from a person who may be shown ads by place. */
export function bidBody(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id: "auction-1",
    imp: [
      {
        id: "1",
        native: {
          request: JSON.stringify({
            ver: "1.2",
            assets: [
              { id: 1, required: 1, title: { len: 90 } },
              { id: 2, required: 0, img: { type: 3 } },
              { id: 3, required: 0, data: { type: 2, len: 200 } },
            ],
            eventtrackers: [{ event: 1, methods: [1, 2] }],
          }),
          ver: "1.2",
        },
      },
    ],
    site: { page: "https://journal.example/limoges", domain: "journal.example" },
    device: {
      ua: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
      ip: "203.0.113.7",
      geo: { type: 1, lat: 45.8336, lon: 1.2611, accuracy: 20, country: "FRA" },
    },
    regs: { gdpr: 0 },
    at: 1,
    cur: ["EUR"],
    ...fields,
  };
}

export function askForBid(
  url: string,
  body: object | string,
  {
    name = "demo",
    headers = {},
  }: { name?: string; headers?: Readonly<Record<string, string>> } = {},
): request.Test {
  return request(url)
    .post(`/openrtb2/bid/${name}`)
    .set({ "content-type": "application/json", ...headers })
    .send(typeof body === "string" ? body : JSON.stringify(body));
}

export function bidOf(
  body: BidResponse,
): NonNullable<BidResponse["seatbid"]>[number]["bid"][number] {
  const bid = body.seatbid?.[0]?.bid[0];
  if (bid === undefined) throw new Error(`no bid in ${JSON.stringify(body)}`);
  return bid;
}
