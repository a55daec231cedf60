import { isSpecialCategory } from "../audience/specialCategories.ts";
import type { ReadConsent } from "../consent/consentOf.ts";
import { consentOfMinor } from "../consent/consentOfMinor.ts";
import type { Consent, ConsentBasis } from "../consent/types.ts";
import type { FieldProblem } from "../errors.ts";
import { europeanSectionOf } from "../openrtb/gppSection.ts";
import {
  type ActivityBody,
  type ActivityEventBody,
  type ActivityKind,
  eventsOfBody,
} from "./activityBody.ts";
import { type ActivityPlace, activityPlaceOf } from "./activityPlace.ts";
import type { HearConsent } from "./hearDecision.ts";
import type { EmitEvent, InvalidReason } from "./ports.ts";
import type { RecentIds } from "./recentIds.ts";
import type { LocatingDeps } from "./toAdRequest.ts";

/** What somebody did, with consent applied: what is not allowed is not there. */
export interface ActivityEvent {
  /** A UUID, lower case: the same event may come again on another node. */
  readonly eventId: string;
  readonly occurredAtMs: number;
  readonly kind: ActivityKind;
  /** Keyed hashes; null = unknown, or the visitor may not be profiled from this event. */
  readonly visitorKey: string | null;
  readonly accountKey: string | null;
  readonly category: string | null;
  readonly itemId: string | null;
  readonly priceMicros: number | null;
  readonly inseeCode: string | null;
  /** H3, resolution 7 at the finest. */
  readonly cell: string | null;
  readonly siteKey: string | null;
  readonly consentBasis: ConsentBasis;
}

/** Told the new events of one report, which are of one visitor. Neither throws nor waits. */
export type HearActivity = (events: readonly ActivityEvent[]) => void;

/** Why events make nobody's profile. */
export type UnprofiledReason = "no_id" | "no_consent" | "minor" | "special_category";

export interface ActivityCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly unprofiled: Readonly<Partial<Record<UnprofiledReason, number>>>;
}

export interface CollectActivityDeps extends LocatingDeps {
  readonly readConsent: ReadConsent;
  /** See `createVisitorKeyOf`. */
  readonly visitorKeyOf: (visitorId: string) => string;
  readonly accountKeyOf: (accountId: string) => string;
  readonly recentIds: Pick<RecentIds, "isNew">;
  /** To the event stream. */
  readonly emit: EmitEvent;
  readonly hearActivity: readonly HearActivity[];
  readonly hearConsent?: HearConsent;
  readonly count: (counts: ActivityCounts) => void;
}

/** What the edge knows besides the body. */
export interface ActivityFacts {
  /** A known site's; null = the report names none and none is asked for. */
  readonly siteKey: string | null;
  /** As they count: with the site's signature where that is asked for. Null = anonymous. */
  readonly visitorId: string | null;
  readonly accountId: string | null;
  /** Used for a coarse place only and kept nowhere. */
  readonly address: string | null;
  readonly nowMs: number;
}

export interface ActivityOutcome {
  readonly accepted: number;
  /** Known already: counted once. */
  readonly duplicates: number;
  /** Of those accepted, how many may add to a profile. */
  readonly profiled: number;
  /** Places that nobody knows: they were left out. */
  readonly placeProblems: readonly FieldProblem[];
  /** The caller is nobody's, and nothing was kept; absent = it is not doubted. */
  readonly invalidTraffic?: InvalidReason;
}

export type CollectActivity = (body: ActivityBody, facts: ActivityFacts) => ActivityOutcome;

/**
 * Gives the function that takes what somebody did on a site: consent first, then what it leaves of visitor and place goes to
 * the stream and to who builds profiles. An event without consent to store and profile (purposes 1, 3 and 4), of a minor, or of
 * a special category is kept as nobody's. It waits for nothing and never throws for a body that was parsed.
 */
export function createCollectActivity(deps: CollectActivityDeps): CollectActivity {
  return (body, facts) => {
    const { gdpr, consent: tcString, gpp } = body.visitor ?? {};
    const consent = deps.readConsent(
      { gdpr, tcString: tcString ?? (gpp === undefined ? null : europeanSectionOf(gpp)) },
      facts.nowMs,
    );
    if (facts.visitorId !== null && body.test !== true) {
      const heard = body.visitor?.minor === true ? consentOfMinor(consent) : consent;
      deps.hearConsent?.(facts.visitorId, heard, facts.nowMs);
    }
    const place = activityPlaceOf(body.place, facts.address, consent, deps);
    const told = eventsOfBody(body);
    const fresh = body.test === true ? told : told.filter((one) => isNew(one, facts, deps));
    const report = { body, facts, consent, place };
    const judged = fresh.map((one) => judge(one, report, deps));
    const events = judged.map(({ event }) => event);
    const outcome = outcomeOf(told.length, judged);
    if (body.test !== true) {
      for (const event of events) deps.emit(toServingEvent(event));
      if (events.length > 0) for (const hear of deps.hearActivity) hear(events);
      deps.count({ ...outcome, unprofiled: reasonsOf(judged) });
    }
    const unknown = unknownCommunes(body, deps);
    return { ...outcome, placeProblems: [...place.placeProblems, ...unknown] };
  };
}

interface Report {
  readonly body: ActivityBody;
  readonly facts: ActivityFacts;
  readonly consent: Consent;
  readonly place: ActivityPlace;
}

interface Judged {
  readonly event: ActivityEvent;
  readonly unprofiled: UnprofiledReason | null;
}

/** Ids are a site's own: another site's events cannot be taken away by naming them first. */
function isNew(
  { eventId }: ActivityEventBody,
  { siteKey }: ActivityFacts,
  { recentIds }: CollectActivityDeps,
): boolean {
  return recentIds.isNew(`${siteKey ?? ""} ${eventId.toLowerCase()}`);
}

function judge(one: ActivityEventBody, report: Report, deps: CollectActivityDeps): Judged {
  const { facts, consent, place } = report;
  const unprofiled = whyUnprofiled(one, report);
  const isNobodys = unprofiled !== null;
  // Where the visitor is says something of the visitor; the commune of a listing says nothing.
  const isPlaceKept = unprofiled === null || unprofiled === "no_id" || unprofiled === "no_consent";
  const { visitorId, accountId, nowMs } = facts;
  const atMs = one.occurredAt === undefined ? nowMs : Date.parse(one.occurredAt);
  const event: ActivityEvent = {
    eventId: one.eventId.toLowerCase(),
    occurredAtMs: Math.min(atMs, nowMs),
    kind: one.kind,
    visitorKey: isNobodys || visitorId === null ? null : deps.visitorKeyOf(visitorId),
    accountKey: isNobodys || accountId === null ? null : deps.accountKeyOf(accountId),
    category: one.category ?? null,
    itemId: one.itemId ?? null,
    priceMicros: one.priceMicros ?? null,
    inseeCode: knownCommune(one, deps) ?? (isPlaceKept ? place.inseeCode : null),
    cell: isPlaceKept ? place.cell : null,
    siteKey: facts.siteKey,
    consentBasis: consent.basis,
  };
  return { event, unprofiled };
}

function whyUnprofiled(
  { category }: ActivityEventBody,
  { body, facts, consent }: Report,
): UnprofiledReason | null {
  if (body.visitor?.minor === true) return "minor";
  const isSpecial = category !== undefined && isSpecialCategory(category);
  if (isSpecial || body.page?.sensitive === true) return "special_category";
  if (!consent.mayStore || !consent.mayPersonalise) return "no_consent";
  return facts.visitorId === null && facts.accountId === null ? "no_id" : null;
}

/** Of the page or the listing, as the event says; undefined = it says none, or one that nobody knows. */
function knownCommune(
  { inseeCode }: ActivityEventBody,
  { locator }: LocatingDeps,
): string | undefined {
  if (inseeCode === undefined) return undefined;
  return locator.locateSearch({ inseeCode }) === null ? undefined : inseeCode;
}

function unknownCommunes(body: ActivityBody, deps: LocatingDeps): readonly FieldProblem[] {
  const rule = "is a place that we do not know; it was left out";
  return eventsOfBody(body).flatMap((one, index) => {
    const isUnknown = one.inseeCode !== undefined && knownCommune(one, deps) === undefined;
    const pointer = body.events === undefined ? "/event" : `/events/${index}`;
    return isUnknown ? [{ pointer: `${pointer}/inseeCode`, rule }] : [];
  });
}

function outcomeOf(
  told: number,
  judged: readonly Judged[],
): Pick<ActivityOutcome, "accepted" | "duplicates" | "profiled"> {
  const profiled = judged.filter(({ unprofiled }) => unprofiled === null).length;
  return { accepted: judged.length, duplicates: told - judged.length, profiled };
}

function reasonsOf(judged: readonly Judged[]): ActivityCounts["unprofiled"] {
  const reasons: Partial<Record<UnprofiledReason, number>> = {};
  for (const { unprofiled } of judged)
    if (unprofiled !== null) reasons[unprofiled] = (reasons[unprofiled] ?? 0) + 1;
  return reasons;
}

/** The `page_activity.v1` event. What is not known is not written. */
function toServingEvent({ eventId, occurredAtMs, ...fields }: ActivityEvent) {
  const known = Object.entries(fields).filter(([, value]) => value !== null);
  const payload = Object.fromEntries(known);
  return { schema: "page_activity.v1", eventId, occurredAtMs, payload } as const;
}
