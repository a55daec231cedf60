import { batchAgeMs, mixScores } from "../audience/mixScores.ts";
import { noPriors, type SegmentPriors } from "../audience/segmentPriors.ts";
import { areaKeyKind } from "../geo/areaKeys.ts";
import type { AreaKey } from "../geo/types.ts";
import type { AdRequest, VisitorState } from "../targeting/types.ts";
import type { ReadPageView, ReadVisitor, ReadVisitorOutcome } from "./ports.ts";

/** What is remembered of a visit; not `ok` = the store is away, and nothing of it is known. */
export interface VisitRead {
  readonly ok: boolean;
  readonly visitor: VisitorState;
}

export interface ReadVisitDeps {
  readonly readVisitor: ReadVisitor;
  /** Absent = every request is a page view of its own. */
  readonly readPageView?: ReadPageView;
  /** What pages say of segments, by area; absent = nothing: sessions are not used. */
  readonly segmentPriors?: () => SegmentPriors;
  /** Who is served without any profile, to measure what profiles bring; absent = nobody. */
  readonly isHeldOut?: (visitorKey: string) => boolean;
}

const nobody: VisitorState = { scores: null, impressions: new Map() };

/** Reads what is remembered of the visitor and of the page view, in one trip. A page without an id costs nothing more. */
export function readVisit(
  request: AdRequest,
  visit: {
    readonly visitorKey: string | null;
    readonly pageViewKey: string | null;
    /** Somebody who is only supposed: nothing is read. */
    readonly supposed?: VisitorState;
  },
  deps: ReadVisitDeps,
): Promise<VisitRead> {
  const { readPageView } = deps;
  const { visitorKey, pageViewKey, supposed } = visit;
  if (supposed !== undefined) return Promise.resolve({ ok: true, visitor: supposed });
  const reading = readVisitorOf(request, visitorKey, deps);
  if (pageViewKey === null || readPageView === undefined) return reading;
  return Promise.all([reading, readPageView(pageViewKey, request.nowMs)]).then(
    ([{ ok, visitor }, shownInPageView]) =>
      shownInPageView === null
        ? { ok: false, visitor: nobody }
        : { ok, visitor: { ...visitor, shownInPageView } },
  );
}

const anonymous: VisitRead = { ok: true, visitor: nobody };
const away: VisitRead = { ok: false, visitor: nobody };

/**
 * Reads only what consent allows: nothing of a visit without an id, scores and sessions only where they may be used, and not
 * of who is held out.
 */
function readVisitorOf(
  request: AdRequest,
  visitorKey: string | null,
  { readVisitor, segmentPriors = () => noPriors, isHeldOut = () => false }: ReadVisitDeps,
): Promise<VisitRead> {
  if (visitorKey === null || !request.hasStableVisitor) return Promise.resolve(anonymous);
  const wants = { scores: request.consent.mayPersonalise && !isHeldOut(visitorKey) };
  return readVisitor(visitorKey, wants, request.nowMs).then((outcome) =>
    outcome.ok ? withSession(outcome, request, segmentPriors) : away,
  );
}

/** The batch's scores, with what the visitor did since. */
function withSession(
  read: Extract<ReadVisitorOutcome, { readonly ok: true }>,
  request: AdRequest,
  segmentPriors: () => SegmentPriors,
): VisitRead {
  const { visitor, session = null, scoresExpireAtSeconds = null } = read;
  if (session === null) return { ok: true, visitor };
  const scores = mixScores({
    batch: visitor.scores,
    batchAgeMs: batchAgeMs(scoresExpireAtSeconds, request.nowMs),
    session,
    pageCategory: request.page.category,
    priors: segmentPriors(),
    area: departementOf(request),
  });
  return { ok: true, visitor: { ...visitor, scores } };
}

/** The département that the request's first place begins in; 0 = not known. */
function departementOf({ places }: AdRequest): AreaKey {
  const keys = places[0]?.samples[0]?.areaKeys ?? [];
  return keys.find((key) => areaKeyKind(key) === "departement") ?? 0;
}
