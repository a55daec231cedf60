import { z } from "zod";
import { type Parsed, parseFields } from "../campaigns/problems.ts";
import type { FieldProblem } from "../errors.ts";
import { adsBodySchema } from "./adsBody.ts";
import { pointProblems } from "./validateAdsBody.ts";

/** The limits of a report of activity, for the schema, the documentation and the tests. */
export const activityLimits = {
  events: 100,
  itemIdLength: 64,
  priceMicros: 1_000_000_000_000_000,
  gppLength: 16_384,
  /** An app that was without a network may be as late. */
  lateMs: 7 * 24 * 3_600_000,
  /** Clocks of pages differ; what is told of the near future has happened now. */
  earlyMs: 5 * 60_000,
} as const;

export const activityKinds = ["page_view", "search", "listing_view", "contact", "deposit"] as const;
export type ActivityKind = (typeof activityKinds)[number];

const ads = adsBodySchema.shape;
const { id, signature } = ads.visitor.unwrap().shape;
const { category } = ads.page.unwrap().shape;

const event = z
  .object({
    eventId: z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, {
      error: "must be a UUID, new for each event",
    }),
    kind: z.enum(activityKinds),
    occurredAt: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/, {
        error: "must be a time such as 2026-11-23T18:05:00.250Z",
      })
      .optional(),
    category,
    itemId: z.string().min(1).max(activityLimits.itemIdLength).optional(),
    priceMicros: z.number().int().min(0).max(activityLimits.priceMicros).optional(),
    inseeCode: ads.place.unwrap().shape.home.unwrap().shape.inseeCode,
  })
  .meta({ title: "ActivityEvent" });
export type ActivityEventBody = z.output<typeof event>;

/**
 * The body of `POST /v1/activity`: its type and its description. Unknown fields are ignored, as in `POST /v1/ads`, so that an
 * older page works with a newer server and the reverse.
 */
export const activityBodySchema = z.object({
  site: ads.site,
  visitor: ads.visitor
    .unwrap()
    .extend({
      gpp: z.string().max(activityLimits.gppLength).optional(),
      accountId: id,
      accountSignature: signature,
    })
    .optional(),
  place: ads.place,
  page: z.object({ sensitive: z.boolean().optional() }).optional(),
  event: event.optional(),
  events: z.array(event).min(1).max(activityLimits.events).optional(),
  test: z.boolean().optional(),
});
export type ActivityBody = z.output<typeof activityBodySchema>;

/** Checks a report against its rules, and reports every problem at once. Pure; never throws for bad input. */
export function parseActivityBody(value: unknown, nowMs: number): Parsed<ActivityBody> {
  const parsed = parseFields(activityBodySchema, value, (fields) => crossProblems(fields, nowMs));
  if (!parsed.ok || eventsOfBody(parsed.value).length > 0) return parsed;
  return { ok: false, problems: [{ pointer: "/events", rule: "is required, or a single event" }] };
}

/** The events of a report, whichever way they are told. */
export function eventsOfBody({ event: only, events }: ActivityBody): readonly ActivityEventBody[] {
  return events ?? (only === undefined ? [] : [only]);
}

function crossProblems(
  { event: only, events, place }: Partial<ActivityBody>,
  nowMs: number,
): readonly FieldProblem[] {
  const problems = [...pointProblems(place?.search)];
  if (only !== undefined && events !== undefined)
    problems.push({ pointer: "/event", rule: "must not stand beside events" });
  for (const [pointer, one] of told(only, events)) {
    const rule = one.occurredAt === undefined ? null : timeProblem(one.occurredAt, nowMs);
    if (rule !== null) problems.push({ pointer: `${pointer}/occurredAt`, rule });
  }
  return problems;
}

function told(
  only: ActivityEventBody | undefined,
  events: readonly ActivityEventBody[] | undefined,
): readonly (readonly [string, ActivityEventBody])[] {
  const single = only === undefined ? [] : [["/event", only] as const];
  return [...single, ...(events ?? []).map((one, index) => [`/events/${index}`, one] as const)];
}

function timeProblem(occurredAt: string, nowMs: number): string | null {
  const atMs = Date.parse(occurredAt);
  if (Number.isNaN(atMs)) return "must be a time of the calendar";
  if (atMs < nowMs - activityLimits.lateMs) return "must not be more than 7 days ago";
  return atMs > nowMs + activityLimits.earlyMs
    ? "must not be more than 5 minutes ahead of us"
    : null;
}
