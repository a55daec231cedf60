import type { z } from "zod";
import type { ErrorCode } from "../../errors.ts";
import type { Deprecation } from "../deprecation.ts";

/** The chapters of the documentation, in their order, with what each is about. */
export const tags = {
  Advertisers: "Shops that advertise, and what they have paid in.",
  Campaigns: "Budget, dates, bid, pacing and targeting of an advertiser's ads.",
  Zones: "Where campaigns show, and the places that zones are made of.",
  Creatives: "What is shown.",
  Billing: "What shops pay in, and what they are invoiced.",
  Reports: "What campaigns spent and brought, how they deliver, and why.",
  Conversions: "Which ad brought an order, without cookies.",
  Sites: "Sites that ask for ads, their placements, and audiences.",
  SSPs: "Exchanges that ask for bids, and what they cost. For administrators.",
  Keys: "API keys, users and sessions.",
  Serving: "What pages and browsers call: ads, and what became of them.",
  OpenRTB: "What exchanges call.",
  Operations: "Health, metrics, and this description.",
} as const;
export type Tag = keyof typeof tags;

/** What opens a route. What an API key then may depends on its role and scopes (`src/campaigns/routeRules.ts`). */
export type Credential = "apiKey" | "postbackKey" | "sspKey" | "metricsToken";

export interface Answer {
  /** One sentence. */
  readonly description: string;
  /** Absent = no content. */
  readonly schema?: z.ZodType;
  /** Default "application/json". */
  readonly contentType?: string;
  /** Content types of files that say the same. */
  readonly files?: readonly string[];
  /** By name; their meanings are in `answerHeaders`. */
  readonly headers?: readonly AnswerHeader[];
  readonly example?: unknown;
}

/** Headers that answers carry, and what they say. */
export const answerHeaders = {
  ETag: "The version of what is answered, for `If-Match`.",
  Location: "Where it is.",
  "Retry-After": "Seconds to wait.",
  "Idempotency-Replayed": "`true`: the answer to an earlier request with this `Idempotency-Key`.",
  RateLimit: "How many requests are left, and in how many seconds all are.",
  "RateLimit-Policy": "How many requests a minute.",
  Deprecation: "Since when what was used should not be any more (RFC 9745).",
  Sunset: "From when on what was used may be gone (RFC 8594).",
} as const;
export type AnswerHeader = keyof typeof answerHeaders;

export interface RequestBody {
  readonly schema: z.ZodType;
  /** Default "application/json". */
  readonly contentTypes?: readonly string[];
  /** By name. Each must be valid. */
  readonly examples?: Readonly<Record<string, unknown>>;
  /** False: the route works without one. Default true. */
  readonly required?: boolean;
}

/**
 * One route as the OpenAPI description tells it: the same schemas that validate. Problems that every such route may answer
 * (a bad parameter, a missing key, a broken body …) are added by `problemsOf`.
 */
export interface Operation {
  /** Unique; the name of the SDK's method: "listCampaigns". */
  readonly id: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As Express has it: "/v1/campaigns/:campaignId". */
  readonly path: string;
  readonly tag: Tag;
  /** Without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** Any one of these; empty = open to everybody. */
  readonly access: readonly Credential[];
  /** The parameters of the path; required when it has any. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: RequestBody;
  readonly answers: Readonly<Record<number, Answer>>;
  /** It can be tried (`?dryRun=1`), as `src/routes/dryRun.ts` has it. */
  readonly dryRun?: true;
  /** What of it is going away; a field is marked in its schema too, `.meta({ deprecated: true })`. */
  readonly deprecations?: readonly Deprecation[];
  /** "own": it takes API keys, but does not stand behind `src/routes/admission.ts`. */
  readonly admission?: "own";
  /** Problems besides those of every such route. */
  readonly problems?: readonly ErrorCode[];
  /** "bare": refusals are the statuses among `answers` and no problem+json. Default "problem". */
  readonly refusals?: "problem" | "bare";
}
