import { createRandom, type Random } from "../../src/demo/random.ts";
import { trackedEventKey } from "../../src/serving/ledgerRow.ts";
import { type TrackingKey, verifyTrackingToken } from "../../src/serving/trackingToken.ts";
import { createAgenda, type DueEvent, journeyOf } from "./journeys.ts";
import type { JobName } from "./messages.ts";
import type { Answer, SimulatedNode } from "./nodes.ts";
import type { Options } from "./options.ts";
import type { Oracle, ShownAd } from "./oracle.ts";
import type { SimulatedCampaign } from "./setUp.ts";
import { type Page, pagesOfTick } from "./traffic.ts";
import type { Area } from "./world.ts";

export interface CoordinatorDeps {
  readonly options: Options;
  readonly areas: readonly Area[];
  readonly campaigns: readonly SimulatedCampaign[];
  readonly nodes: readonly SimulatedNode[];
  readonly oracle: Oracle;
  readonly trackingKey: TrackingKey;
}

export interface Tally {
  pages: number;
  /** Pages whose answer never came: their readers went on. */
  lostPages: number;
  requests: number;
  /** Events told again because nobody answered. */
  retriedEvents: number;
  /** Steps after which virtual time waited for events on a server's disk. */
  waits: number;
  /** Answers that are neither right nor a lost connection. */
  readonly faults: string[];
}

export interface Coordinator {
  readonly tally: Tally;
  /** Deals one step's pages and due events to the servers and waits for all answers. `meanwhile` runs under that load. */
  readonly tick: (startMs: number, meanwhile?: () => Promise<void>) => Promise<void>;
  /** Deals due events only. */
  readonly quietTick: (startMs: number) => Promise<void>;
  /** Runs jobs on one server, in turn: in production too one of them at a time has each job's lock. */
  readonly step: (jobs: readonly JobName[]) => Promise<void>;
  /** Runs jobs on all servers at the same time. Answers whether events wait on a server's disk for Redis. */
  readonly stepAll: (jobs: readonly JobName[]) => Promise<{ readonly isSpooled: boolean }>;
  /** Runs jobs on the first server that is up. */
  readonly stepFirst: (jobs: readonly JobName[]) => Promise<void>;
  readonly eventsDue: () => number;
}

const browser =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const eventPaths = { impression: "i", viewable: "v", click: "c" } as const;

/** The readers of France and their browsers, in one process, without a look into the servers' books. */
export function createCoordinator(deps: CoordinatorDeps): Coordinator {
  const { options, areas, nodes, oracle } = deps;
  const tickMs = options.tickSeconds * 1_000;
  const agenda = createAgenda(tickMs);
  const tally: Tally = {
    pages: 0,
    lostPages: 0,
    requests: 0,
    retriedEvents: 0,
    waits: 0,
    faults: [],
  };
  const clickOf = new Map(deps.campaigns.map((it) => [it.campaignId, it.clickProbability]));
  const dealing = createRandom(options.seed + 99);
  let turn = 0;
  const fault = (what: string) => {
    if (tally.faults.length < 20) tally.faults.push(what);
  };

  const tell = async (event: DueEvent, nowMs: number): Promise<void> => {
    const { ad, kind } = event;
    const path = `/t/${eventPaths[kind]}/${ad.token}`;
    tally.requests += 1;
    const answer = await pickNode(nodes, dealing).ask({
      method: "GET",
      path,
      headers: { "user-agent": browser, "x-forwarded-for": ad.address },
    });
    if (answer.status === (kind === "click" ? 302 : 200)) {
      if (event.counts) oracle.answered(ad, kind, nowMs);
      return;
    }
    if (answer.status !== 0) fault(`${kind}: ${answer.status} ${answer.body.slice(0, 200)}`);
    tally.retriedEvents += 1;
    agenda.add([{ ...event, dueMs: nowMs + tickMs }]);
  };

  const read = async (page: Page, nowMs: number, random: Random): Promise<void> => {
    tally.pages += 1;
    tally.requests += 1;
    const answer = await pickNode(nodes, dealing).ask({
      method: "POST",
      path: "/v1/ads",
      headers: {
        "content-type": "application/json",
        "user-agent": browser,
        "x-forwarded-for": page.visitor.address,
      },
      body: page.body,
    });
    if (answer.status !== 200) {
      tally.lostPages += 1;
      if (answer.status !== 0) fault(`page: ${answer.status} ${answer.body.slice(0, 200)}`);
      return;
    }
    const events = adsOf(answer, page, deps.trackingKey).flatMap((ad) => {
      oracle.shown(ad);
      return journeyOf(ad, nowMs, clickOf.get(ad.campaignId) ?? 0.002, random);
    });
    // What comes seconds after the ad comes in a later step: the servers' clocks must show that time has passed.
    const isNow = ({ dueMs }: DueEvent) => dueMs <= nowMs;
    const later = events.filter((event) => !isNow(event));
    agenda.add(later.map((event) => ({ ...event, dueMs: Math.max(event.dueMs, nowMs + tickMs) })));
    await Promise.all(events.filter(isNow).map((event) => tell(event, nowMs)));
  };

  const deal = async (
    startMs: number,
    pages: readonly Page[],
    meanwhile?: () => Promise<void>,
  ): Promise<void> => {
    for (const node of nodes) node.setTime(startMs, tickMs);
    const due = agenda.take(startMs + tickMs);
    const random = createRandom(options.seed + startMs / 1_000);
    const work = [
      ...due.map((event) => tell(event, startMs)),
      ...pages.map((page) => read(page, startMs, createRandom(random.integer(0, 2 ** 31)))),
    ];
    await Promise.all([...work, meanwhile?.()]);
  };
  return {
    tally,
    tick: (startMs, meanwhile) =>
      deal(startMs, pagesOfTick(areas, options, startMs, tickMs), meanwhile),
    quietTick: (startMs) => deal(startMs, []),
    async step(jobs) {
      const up = nodes.filter((node) => node.isUp());
      turn += 1;
      await up[turn % Math.max(1, up.length)]?.step(jobs);
    },
    async stepAll(jobs) {
      const up = nodes.filter((node) => node.isUp());
      const stepped = await Promise.all(up.map((node) => node.step(jobs)));
      return { isSpooled: stepped.some((one) => (one?.state.spooledBytes ?? 0) > 0) };
    },
    async stepFirst(jobs) {
      await nodes.find((node) => node.isUp())?.step(jobs);
    },
    eventsDue: agenda.size,
  };
}

function pickNode(nodes: readonly SimulatedNode[], random: Random): SimulatedNode {
  const up = nodes.filter((node) => node.isUp());
  return up.length === 0 ? nodes[0]! : random.pick(up);
}

interface AnswerBody {
  readonly placements: readonly {
    readonly ads: readonly { readonly tracking: { readonly impression: string } }[];
  }[];
}

/** The ads of an answer. What names an event is read from its token, which is signed, not encrypted. */
function adsOf({ body }: Answer, page: Page, key: TrackingKey): readonly ShownAd[] {
  const { placements } = JSON.parse(body) as AnswerBody;
  return placements.flatMap(({ ads }) =>
    ads.map(({ tracking }): ShownAd => {
      const token = tracking.impression.slice(tracking.impression.lastIndexOf("/") + 1);
      const verified = verifyTrackingToken(token, [key], 0);
      if (!verified.ok) throw new Error(`a token of the answer is ${verified.error}`);
      return {
        key: trackedEventKey(verified.claims),
        campaignId: verified.claims.campaignId,
        decidedAtMs: verified.claims.issuedAtMs,
        visitorId: page.isKnown ? page.visitor.visitorId : null,
        address: page.visitor.address,
        token,
      };
    }),
  );
}
