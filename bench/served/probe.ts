import { type Connection, openConnection } from "../latency/connection.ts";
import { requestsOf } from "../latency/openLoop.ts";
import { userAgent } from "../support/wrk.ts";
import type { BenchNode } from "./nodes.ts";

/** Two campaigns that only the probe's pages ask for: of the two the one that bids more is shown. */
export interface Rivals {
  readonly changed: number;
  readonly other: number;
  /** Bids of the one that is changed. */
  readonly lowMicros: number;
  readonly highMicros: number;
}

export interface Api {
  readonly url: string;
  readonly key: string;
}

/** Any rate of looking costs the node that is looked at: once in so many milliseconds. */
const lookEveryMs = 4;
const keyword = "sonde";
const limit = 900_000_000_000;

/** Asks the management API; throws on a refusal. */
export async function ask(
  { url, key }: Api,
  method: "POST" | "PATCH",
  path: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}

export async function openRivals(api: Api): Promise<Rivals> {
  const open = async (trade: string, bidMicros: number): Promise<number> => {
    const { advertiserId } = await ask(api, "POST", "/v1/advertisers", { name: trade, trade });
    const { campaignId } = await ask(api, "POST", "/v1/campaigns", {
      advertiserId,
      name: `Sonde ${trade}`,
      status: "active",
      startsOn: "2026-01-01",
      pricing: "cpm",
      bidMicros,
      dailyBudgetMicros: limit,
      pacing: "asap",
      zone: { include: [{ type: "france" }] },
      keywords: { include: [keyword] },
    });
    await ask(api, "POST", "/v1/creatives", {
      campaignId,
      format: "native",
      landingUrl: `https://sonde.example/${trade}`,
      title: "Une sonde",
      text: "Personne ne la voit.",
      callToAction: "Voir",
      imageUrl: "https://images.example/sonde.jpg",
    });
    return Number(campaignId);
  };
  const [lowMicros, highMicros] = [400_000_000, 600_000_000];
  const other = await open("rival", 500_000_000);
  return { changed: await open("sonde", lowMicros), other, lowMicros, highMicros };
}

/** Which of the campaigns a node shows, looked at all the time. */
export interface Probe {
  /** Resolves to the moment (`performance.now()`) of the first answer from now on that shows the campaign. */
  readonly untilShown: (campaignId: number) => Promise<number>;
  readonly stop: () => void;
}

export function startProbe(node: BenchNode): Probe {
  const connection: Connection = openConnection(node.port);
  const body = {
    visitor: { gdpr: false },
    place: { search: { inseeCode: "23096" } },
    page: { url: "https://www.exemple.fr/sonde", keywords: [keyword] },
    placements: [{ id: "top", formats: ["native"], count: 1 }],
  };
  const [request = Buffer.alloc(0)] = requestsOf("/v1/ads", [JSON.stringify(body)], userAgent);
  let shown = 0;
  let heard: (() => void) | null = null;
  let isStopped = false;
  const look = (): void => {
    if (isStopped) return;
    connection.send(request, (answer) => {
      shown = Number(/"campaignId":(\d+)/.exec(answer?.body.toString() ?? "")?.[1] ?? 0);
      heard?.();
      setTimeout(look, lookEveryMs);
    });
  };
  look();
  return {
    untilShown: (campaignId) =>
      new Promise((resolve) => {
        heard = () => {
          if (shown !== campaignId) return;
          heard = null;
          resolve(performance.now());
        };
      }),
    stop() {
      isStopped = true;
      connection.close();
    },
  };
}
