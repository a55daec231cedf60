import { sessionLimits } from "./sessionProfile.ts";

export const activityKinds = ["page_view", "search", "listing_view", "contact", "deposit"] as const;
export type ActivityKind = (typeof activityKinds)[number];

/** Interest in what is sold there, in page views. Who deposits a listing sells: that is no sign of buying. */
export const activityWeights: Readonly<Record<ActivityKind, number>> = {
  page_view: 1,
  search: 1.5,
  listing_view: 1.5,
  contact: 5,
  deposit: 0,
};

/** What of an activity a session profile is made of. */
export interface ActivityOfSession {
  readonly eventId: string;
  readonly occurredAtMs: number;
  readonly kind: ActivityKind;
  /** Null unless the visitor allows storing and profiling (purposes 1, 3 and 4). */
  readonly visitorKey: string | null;
  readonly category: string | null;
}

/** One event as the profile takes it. */
export interface SessionEvent {
  readonly eventId: string;
  readonly atMs: number;
  readonly category: string;
  readonly weight: number;
}

const categoryPattern = /^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/;

/** What is remembered of an activity; null for what names no visitor or no category, or says nothing of interest. Pure. */
export function sessionEventOf(activity: ActivityOfSession): SessionEvent | null {
  const { category, kind, visitorKey } = activity;
  if (visitorKey === null || category === null) return null;
  const weight = activityWeights[kind];
  if (!(weight > 0) || !categoryPattern.test(category)) return null;
  return {
    eventId: activity.eventId,
    atMs: activity.occurredAtMs,
    category: shortened(category),
    weight,
  };
}

/** A path that is too long is remembered as its nearest ancestor that is not. */
function shortened(category: string): string {
  let path = category;
  while (path.length > sessionLimits.categoryCharacters) {
    const cut = path.lastIndexOf("/");
    if (cut <= 0) return path.slice(0, sessionLimits.categoryCharacters);
    path = path.slice(0, cut);
  }
  return path;
}
