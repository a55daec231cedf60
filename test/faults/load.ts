import { Agent, request as sendRequest } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

/** What came back, and when. */
export interface Exchange {
  readonly startedAtMs: number;
  readonly latencyMs: number;
  /** 0 = no answer: the connection was refused or ended. */
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Who says nothing of itself counts as a robot. */
const browser =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

export interface Ask {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request over a kept connection of `agent`. Never rejects. */
export function exchange(url: string, agent: Agent, ask: Ask): Promise<Exchange> {
  const startedAtMs = performance.now();
  const headers = { "content-type": "application/json", "user-agent": browser, ...ask.headers };
  return new Promise((resolve) => {
    const finish = (status: number, contentType: string, body: Buffer) =>
      resolve({
        startedAtMs,
        latencyMs: performance.now() - startedAtMs,
        status,
        contentType,
        body,
      });
    const noAnswer = () => finish(0, "", Buffer.alloc(0));
    const sent = sendRequest(
      new URL(ask.path, url),
      { method: ask.method, agent, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", noAnswer);
        response.on("end", () => {
          const type = response.headers["content-type"] ?? "";
          finish(response.statusCode ?? 0, type, Buffer.concat(chunks));
        });
      },
    );
    sent.on("error", noAnswer);
    sent.end(ask.body === undefined ? undefined : JSON.stringify(ask.body));
  });
}

export interface ShownAd {
  readonly campaignId: number;
  /** Path and query of the tracking address. */
  readonly impression: string;
  readonly click: string;
}

/** The ads of an answer, in its order; none when it is not an answer to an ad request. */
export function adsOf(answer: Pick<Exchange, "status" | "body">): readonly ShownAd[] {
  if (answer.status !== 200) return [];
  const { placements } = JSON.parse(answer.body.toString()) as AdsBody;
  return placements.flatMap(({ ads }) =>
    ads.map(({ campaignId, tracking }) => ({
      campaignId,
      impression: new URL(tracking.impression).pathname,
      click: new URL(tracking.click).pathname,
    })),
  );
}

interface AdsBody {
  readonly placements: readonly {
    readonly ads: readonly {
      readonly campaignId: number;
      readonly tracking: { readonly impression: string; readonly click: string };
    }[];
  }[];
}

/** A page of Limoges; every second visitor has no id. */
export function pageOfLimoges(number: number): object {
  return {
    visitor: { ...(number % 2 === 0 ? {} : { id: `v-${number}` }), gdpr: false },
    place: { search: { postalCode: "87000" } },
    placements: [{ id: "top" }],
  };
}

export interface AnsweredPage extends Exchange {
  readonly ads: readonly ShownAd[];
}

export interface Load {
  /** Answers to ad requests so far, in the order in which they came. */
  readonly pages: readonly AnsweredPage[];
  /** Answers to impressions: the first of each ad, and one repetition of every fifth. */
  readonly pixels: readonly Exchange[];
  /** The campaign of each impression that was answered, once by its address. */
  readonly shown: ReadonlyMap<string, number>;
  /** The longest turn of this process's event loop so far, in which nobody could be answered, ms. */
  readonly longestTurnMs: () => number;
  /** Pages asked for at or after this moment (`performance.now()`). */
  readonly since: (startedAtMs: number) => readonly AnsweredPage[];
  /** Ends after the answers in flight. */
  readonly stop: () => Promise<void>;
}

export interface LoadOptions {
  /** Each is a connection of its own. Default 20. */
  readonly readers?: number;
  readonly page?: (number: number) => object;
  /** Where impressions go, if not to who was asked. */
  readonly pixelUrl?: string;
  /** Whether the ads of an answer are seen, so that their impressions come. */
  readonly sees?: (ad: ShownAd) => boolean;
  readonly headers?: (number: number) => Readonly<Record<string, string>>;
  /** How long a reader looks at a page before the next one. Default 40 ms: more would only heat the machine. */
  readonly readingMs?: number;
}

/** Readers who ask for page after page, each on its kept connection, and see the ads that they get. */
export function startLoad(url: string, options: LoadOptions = {}): Load {
  const { readers = 20, page = pageOfLimoges, sees = () => true, readingMs = 40 } = options;
  const { pixelUrl = url } = options;
  const turns = monitorEventLoopDelay({ resolution: 5 });
  turns.enable();
  const agent = new Agent({ keepAlive: true, maxSockets: readers });
  const pages: AnsweredPage[] = [];
  const pixels: Exchange[] = [];
  const shown = new Map<string, number>();
  let isStopped = false;
  let numbers = 0;

  const see = async (ad: ShownAd, number: number): Promise<void> => {
    for (let times = number % 5 === 0 ? 2 : 1; times > 0; times -= 1) {
      const pixel = await exchange(pixelUrl, agent, { method: "GET", path: ad.impression });
      pixels.push(pixel);
      if (pixel.status === 200) shown.set(ad.impression, ad.campaignId);
    }
  };
  const read = async (): Promise<void> => {
    while (!isStopped) {
      const number = numbers++;
      const headers = options.headers?.(number) ?? {};
      const body = page(number);
      const answer = await exchange(url, agent, {
        method: "POST",
        path: "/v1/ads",
        body,
        headers,
      });
      const ads = adsOf(answer);
      pages.push({ ...answer, ads });
      for (const ad of ads) if (sees(ad)) await see(ad, number);
      await delay(readingMs);
    }
  };
  const reading = Array.from({ length: readers }, read);
  return {
    pages,
    pixels,
    shown,
    longestTurnMs: () => turns.max / 1e6,
    since: (startedAtMs) => pages.filter((answered) => answered.startedAtMs >= startedAtMs),
    async stop() {
      isStopped = true;
      await Promise.all(reading);
      turns.disable();
      agent.destroy();
    },
  };
}
