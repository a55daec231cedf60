import type { AdRequest, VisitorState } from "../targeting/types.ts";
import type { ReadPageView, ReadVisitor } from "./ports.ts";

/** What is remembered of a visit; not `ok` = the store is away, and nothing of it is known. */
export interface VisitRead {
  readonly ok: boolean;
  readonly visitor: VisitorState;
}

export interface ReadVisitDeps {
  readonly readVisitor: ReadVisitor;
  /** Absent = every request is a page view of its own. */
  readonly readPageView?: ReadPageView;
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
  { readVisitor, readPageView }: ReadVisitDeps,
): Promise<VisitRead> {
  const { visitorKey, pageViewKey, supposed } = visit;
  if (supposed !== undefined) return Promise.resolve({ ok: true, visitor: supposed });
  const reading = readVisitorOf(request, visitorKey, readVisitor);
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

/** Reads only what consent allows: nothing of a visit without an id, scores only where they may be used. */
function readVisitorOf(
  request: AdRequest,
  visitorKey: string | null,
  readVisitor: ReadVisitor,
): Promise<VisitRead> {
  if (visitorKey === null || !request.hasStableVisitor) return Promise.resolve(anonymous);
  const wants = { scores: request.consent.mayPersonalise };
  return readVisitor(visitorKey, wants, request.nowMs).then((outcome) =>
    outcome.ok ? outcome : away,
  );
}
