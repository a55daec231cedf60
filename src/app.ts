import { createServer, type RequestListener, type Server } from "node:http";
import express, { type Express, type RequestHandler, type Router } from "express";
import { type AnswerAds, adsRouter } from "./routes/ads.ts";
import { callerAddress } from "./routes/callerAddress.ts";
import { type AnswerDirectly, createFrontDoor } from "./routes/frontDoor.ts";
import { type AnswerBidRequest, bidRouter } from "./routes/openrtb.ts";
import {
  createAnswerFault,
  createNotFound,
  createProblemHandler,
  createRefuseMethods,
  type FaultReport,
  listRoutes,
  type MountedRoute,
} from "./routes/problem.ts";

export interface AppDeps {
  /** `POST /v1/ads`. */
  readonly answerAds: AnswerAds;
  /** `POST /openrtb2/bid/{ssp}`; absent = no bids are served. */
  readonly answerBid?: AnswerBidRequest;
  /** Answers what no router here knows: the process of management is asked. Absent = nobody is, it is a 404. */
  readonly passOn?: RequestHandler;
  readonly routers: {
    /** `/healthz`, `/readyz`. */
    readonly health: Router;
    /** `/t/…`. */
    readonly tracking: Router;
    /** `GET /v1/places`. */
    readonly places: Router;
    /** What needs an API key, and the demo's pictures, which need none. They read their own bodies (`createReadBody`). */
    readonly management: readonly Router[];
  };
  /** How many proxies in front of us may be believed about the caller's address; 0 = none. */
  readonly trustedProxies: number;
  readonly reportFault: (report: FaultReport) => void;
  /** Counts and times every request that comes to a router, but the hottest. Absent = nobody does. */
  readonly measure?: RequestHandler;
  /** Says of what it is going away. Absent = nothing is. */
  readonly tellDeprecations?: RequestHandler;
}

export interface App extends RequestListener {
  /** Everything that is mounted: what the API's description must tell of. */
  readonly routes: readonly MountedRoute[];
}

/**
 * The composed HTTP application: the hot routes first, the one error handler last. Routers carry full paths. Ad requests
 * do not pass through Express when they are spelt as documented (`createFrontDoor`).
 */
export function createApp(deps: AppDeps): App {
  const { health, tracking, places, management } = deps.routers;
  const answerAds: AnswerDirectly = (request, response) =>
    deps.answerAds(request, response, callerAddress(request, deps.trustedProxies));
  const ads = adsRouter(answerAds);
  const { answerBid: answerBidRequest } = deps;
  const answerBid: AnswerDirectly | undefined =
    answerBidRequest &&
    ((request, response) =>
      answerBidRequest(request, response, callerAddress(request, deps.trustedProxies)));
  const bids = answerBid === undefined ? [] : [bidRouter(answerBid)];
  const app = createExpress(deps.trustedProxies);
  app.use(ads);
  for (const router of bids) app.use(router);
  app.use(securityHeaders);
  app.use(tracking);
  if (deps.measure !== undefined) app.use(deps.measure);
  if (deps.tellDeprecations !== undefined) app.use(deps.tellDeprecations);
  app.use(health);
  app.use(places);
  app.use(createRefuseMethods(management));
  for (const router of management) app.use(router);
  const routers = [ads, ...bids, tracking, health, places, ...management];
  app.use(createNotFound(routers, deps.passOn));
  app.use(createProblemHandler(deps.reportFault));
  const answerFault = createAnswerFault(deps.reportFault);
  const door = createFrontDoor({ answerAds, ...(answerBid && { answerBid }), answerFault, app });
  return Object.assign(door, { routes: routers.flatMap(listRoutes) });
}

/** The application of a process that serves no ads: health first, the one error handler last. */
export function createManagementApp(
  deps: Pick<AppDeps, "trustedProxies" | "reportFault" | "measure" | "tellDeprecations"> & {
    readonly routers: readonly Router[];
  },
): App {
  const app = createExpress(deps.trustedProxies);
  app.use(securityHeaders);
  if (deps.measure !== undefined) app.use(deps.measure);
  if (deps.tellDeprecations !== undefined) app.use(deps.tellDeprecations);
  app.use(createRefuseMethods(deps.routers));
  for (const router of deps.routers) app.use(router);
  app.use(createNotFound(deps.routers));
  app.use(createProblemHandler(deps.reportFault));
  return Object.assign(app, { routes: deps.routers.flatMap(listRoutes) });
}

function createExpress(trustedProxies: number): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", trustedProxies);
  app.set("query parser", "simple");
  return app;
}

/** After so many a connection is made anew, so that those of a balancer spread over the nodes that there are now. */
const maxRequestsPerSocket = 100_000;

/**
 * A server around the app with bounded patience: slow headers, slow bodies and idle connections end,
 * and beyond `maxConnections` new ones are closed at once.
 * It keeps idle connections for longer than a load balancer does (60 s), so that the balancer closes first.
 */
export function createHttpServer(app: RequestListener, maxConnections = 10_000): Server {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
    },
    app,
  );
  // A head of 16 KB has as many fields as fit, all of which are seen: who sends too many is refused (`routes/loadGate.ts`).
  return Object.assign(server, { maxConnections, maxHeadersCount: 0, maxRequestsPerSocket });
}

/** Answers are data: no page may frame, sniff or run them. What is to be shown (the demo's pictures) sets its own policy. */
const securityHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-resource-policy", "cross-origin");
  next();
};
