import type { IncomingMessage } from "node:http";
import { type Request, type Response, Router } from "express";
import { valueOrThrow } from "../campaigns/problems.ts";
import { type TokenBucket, takeTokens } from "../campaigns/tokenBucket.ts";
import { truncateIp } from "../consent/truncateIp.ts";
import { PublicError } from "../errors.ts";
import { type ActivityBody, parseActivityBody } from "../serving/activityBody.ts";
import type { ActivityOutcome, CollectActivity } from "../serving/collectActivity.ts";
import type { ScreenCaller } from "../serving/invalidTraffic.ts";
import {
  acceptedVisitorId,
  checkSite,
  type ServingSite,
  type SitePolicy,
} from "../serving/siteAccess.ts";
import { allowOrigin, answerPreflight, checkOrigin } from "./ads.ts";
import { adsBodyLimitBytes, readJsonBody } from "./readBody.ts";

export interface ActivityRouterDeps {
  readonly collectActivity: CollectActivity;
  readonly findSite: (key: string) => ServingSite | null;
  readonly sitePolicy: SitePolicy;
  /** What is invalid about a caller; absent = nobody is doubted. */
  readonly screenCaller?: ScreenCaller;
  readonly addressOf: (request: IncomingMessage) => string | null;
  /** Reports that one address may send a minute to this node, also all at once; 0 = any number. */
  readonly requestsPerMinute: number;
  readonly nowMs: () => number;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

export const activityPath = "/v1/activity";
const windowMs = 60_000;
/** Addresses that are remembered; who is forgotten has a full bucket again. */
const mostAddresses = 10_000;

/** What accounts are signed and hashed as: no id of a visitor can be the same, as it has no line break. */
const accountName = (accountId: string): string => `account\n${accountId}`;

/**
 * `POST /v1/activity`: what visitors did on a site's pages. JSON is answered 202 with what became of it, a beacon
 * (text/plain) 204, as nobody reads its answer.
 */
export function activityRouter(deps: ActivityRouterDeps): Router {
  const limit = createAddressLimit(deps);
  const router = Router();
  router.options(activityPath, answerPreflight);
  router.post(activityPath, async (request, response) => {
    const origin = request.headers.origin ?? null;
    allowOrigin(response, origin);
    const address = deps.addressOf(request);
    limit(address, response);
    const nowMs = deps.nowMs();
    const read: unknown = await readJsonBody(request, adsBodyLimitBytes);
    const body = valueOrThrow(parseActivityBody(read, nowMs));
    const site = checkOrigin(response, () =>
      checkSite(siteKeyOf(request, body), origin, deps.findSite, deps.sitePolicy),
    );
    const invalid =
      deps.screenCaller?.({ userAgent: request.headers["user-agent"], address }) ?? null;
    const facts = { siteKey: site?.key ?? null, ...idsOf(body, site, deps), address, nowMs };
    // What robots look at says nothing of anybody.
    const outcome =
      invalid === null || body.test === true
        ? deps.collectActivity(body, facts)
        : { ...nothing, invalidTraffic: invalid };
    send(request, response, outcome);
  });
  return router;
}

const nothing: ActivityOutcome = { accepted: 0, duplicates: 0, profiled: 0, placeProblems: [] };

function idsOf(body: ActivityBody, site: ServingSite | null, { sitePolicy }: ActivityRouterDeps) {
  const { id, signature, accountId, accountSignature } = body.visitor ?? {};
  return {
    visitorId: acceptedVisitorId(givenOf(id, signature), site, sitePolicy),
    accountId: acceptedVisitorId(
      givenOf(accountId === undefined ? undefined : accountName(accountId), accountSignature),
      site,
      sitePolicy,
    ),
  };
}

function givenOf(id: string | undefined, signature: string | undefined) {
  if (id === undefined) return undefined;
  return signature === undefined ? { id } : { id, signature };
}

function siteKeyOf(request: Request, body: ActivityBody): string | null {
  return request.get("x-atelier-site") ?? body.site ?? null;
}

function send(request: Request, response: Response, outcome: ActivityOutcome): void {
  response.setHeader("cache-control", "no-store");
  if (request.headers["content-type"]?.startsWith("text/plain") === true)
    response.status(204).end();
  else response.status(202).json(outcome);
}

/** Throws PublicError `too_many_requests`, with Retry-After, for an address that sends too many. */
function createAddressLimit({ requestsPerMinute, monotonicMs }: ActivityRouterDeps) {
  const buckets = new Map<string, TokenBucket>();
  const limits = { capacity: requestsPerMinute, windowMs };
  return (address: string | null, response: Response): void => {
    if (requestsPerMinute === 0) return;
    // A subscriber has a whole network of IPv6 addresses.
    const network = address?.includes(":") === true ? truncateIp(address) : address;
    const name = network ?? "unknown";
    const { bucket, isAllowed, retryInSeconds } = takeTokens(
      buckets.get(name),
      limits,
      monotonicMs(),
    );
    buckets.delete(name);
    if (buckets.size >= mostAddresses) buckets.delete(buckets.keys().next().value ?? "");
    buckets.set(name, bucket);
    if (isAllowed) return;
    response.setHeader("retry-after", String(retryInSeconds));
    throw new PublicError(
      "too_many_requests",
      `At most ${requestsPerMinute} reports a minute are taken from one address.`,
    );
  };
}
