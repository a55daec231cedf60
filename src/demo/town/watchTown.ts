import { createBoundedCache } from "../../boundedCache.ts";
import type { ReadConsent } from "../../consent/consentOf.ts";
import type { Consent } from "../../consent/types.ts";
import type { DemoPlace } from "../demoTypes.ts";
import { type AnsweredPlace, type SeenScores, type Sighting, toSeenPlace } from "./sightings.ts";

/** What the demo asks of the server that it runs in, over HTTP and with its own key. */
export type AskServer = (
  path: string,
  options: {
    readonly body?: string;
    readonly userAgent: string | undefined;
    readonly withKey: boolean;
  },
) => Promise<{ readonly status: number; readonly json: unknown }>;

export interface WatchTownDeps {
  readonly ask: AskServer;
  readonly places: readonly DemoPlace[];
  readonly readConsent: ReadConsent;
  readonly segmentNames: () => Promise<ReadonlyMap<number, string>>;
  readonly nowMs: () => number;
}

export interface WatchTown {
  /** Passes a page's request on as it is, but explained; keeps what was seen and answers what any page is answered. */
  readonly passOn: (
    body: string,
    userAgent: string | undefined,
  ) => Promise<{ readonly status: number; readonly json: unknown }>;
  /** What was seen of a page view, the last first. */
  readonly seenOf: (viewId: string) => readonly Sighting[];
}

const rememberedViews = 500;
const sightingsOfView = 6;
const shownScores = 3;

interface AskedBody {
  readonly page?: { readonly viewId?: string };
  readonly visitor?: { readonly id?: string; readonly consent?: string; readonly gdpr?: boolean };
}

interface ExplainedAnswer {
  readonly decisionId: string;
  readonly place: AnsweredPlace | null;
  readonly placements: Sighting["placements"];
  readonly explanation?: readonly object[];
}

/** The eyes of the demo: what the server saw of each request of the town's pages, kept for some hundred page views. */
export function createWatchTown(deps: WatchTownDeps): WatchTown {
  const views = createBoundedCache<readonly Sighting[]>(rememberedViews);
  return {
    seenOf: (viewId) => views.get(viewId) ?? [],
    async passOn(text, userAgent) {
      const body = parseBody(text);
      if (body === null) return deps.ask("/v1/ads", { body: text, userAgent, withKey: false });
      const startedMs = performance.now();
      const explained = JSON.stringify({ ...body, explain: true });
      const answer = await deps.ask("/v1/ads", { body: explained, userAgent, withKey: true });
      if (answer.status !== 200) return answer;
      const { explanation = [], ...json } = answer.json as ExplainedAnswer;
      const viewId = body.page?.viewId ?? "";
      const tookMs = performance.now() - startedMs;
      const sighting = await see(deps, { body, json, explanation, tookMs });
      views.set(viewId, [sighting, ...(views.get(viewId) ?? [])].slice(0, sightingsOfView));
      return { status: 200, json };
    },
  };
}

function parseBody(text: string): AskedBody | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? body : null;
  } catch {
    return null;
  }
}

async function see(
  deps: WatchTownDeps,
  {
    body,
    json,
    explanation,
    tookMs,
  }: {
    readonly body: AskedBody;
    readonly json: ExplainedAnswer;
    readonly explanation: readonly object[];
    readonly tookMs: number;
  },
): Promise<Sighting> {
  const { visitor } = body;
  const gdpr = visitor?.gdpr === undefined ? {} : { gdpr: visitor.gdpr };
  const signals = { ...gdpr, tcString: visitor?.consent ?? null };
  const consent = deps.readConsent(signals, deps.nowMs());
  return {
    decisionId: json.decisionId,
    atMs: deps.nowMs(),
    tookMs: Math.round(tookMs * 10) / 10,
    place: json.place === null ? null : toSeenPlace(json.place, deps.places),
    consent,
    scores: await scoresOf(deps, visitor?.id, consent),
    // The checks of each rule are many; the panel shows the first that refused.
    campaigns: explanation.map((one) => ({ ...one, checks: undefined })),
    placements: json.placements,
  };
}

async function scoresOf(
  { ask, segmentNames }: WatchTownDeps,
  visitorId: string | undefined,
  { mayPersonalise }: Consent,
): Promise<SeenScores> {
  if (visitorId === undefined) return { read: false, why: "anonymous" };
  if (!mayPersonalise) return { read: false, why: "no_consent" };
  const path = `/v1/visitors/${encodeURIComponent(visitorId)}`;
  const { status, json } = await ask(path, { userAgent: undefined, withKey: true });
  const { scores } = (status === 200 ? json : {}) as {
    readonly scores?: { readonly scores: readonly { segmentId: number; score: number }[] } | null;
  };
  if (scores === undefined || scores === null) return { read: false, why: "unknown" };
  const names = await segmentNames();
  const top = [...scores.scores]
    .sort((one, other) => other.score - one.score)
    .slice(0, shownScores)
    .map(({ segmentId, score }) => ({ name: names.get(segmentId) ?? "", score }));
  return { read: true, top };
}
