import { type Request, type RequestHandler, Router } from "express";
import { actorOf, notFound } from "../campaigns/access.ts";
import {
  type AudienceListRepository,
  listLimits,
  parseAudienceList,
  parseListLines,
} from "../campaigns/audienceLists.ts";
import { valueOrThrow } from "../campaigns/problems.ts";
import { PublicError } from "../errors.ts";
import { createTurns } from "../turns.ts";
import { advertiserOfPath, writtenAdvertiserOfPath } from "./advertiserOfPath.ts";
import { apiKeyOf } from "./authenticate.ts";
import { readTextBody } from "./readBody.ts";
import { parseId } from "./resource.ts";

export interface AudienceListsRouterDeps {
  readonly authenticate: RequestHandler;
  /** Lets requests with a valid key pass, and leaves the body alone. */
  readonly authenticateStream: RequestHandler;
  readonly lists: AudienceListRepository;
  readonly advertiserExists: (advertiserId: number) => Promise<boolean>;
  /** "YYYY-MM-DD". */
  readonly today: () => string;
}

/** Bodies are held in memory while they are read and written. */
const mostBodies = 2;
const tooMany = () =>
  new PublicError("too_many_requests", `At most ${mostBodies} lists are read at once.`);

/** `/v1/advertisers/ID/lists`: lists of customers, as hashes. Who is on one is told to nobody. */
export function audienceListsRouter(deps: AudienceListsRouterDeps): Router {
  const { authenticate, lists } = deps;
  const router = Router();
  const all = "/v1/advertisers/:advertiserId/lists";
  const one = `${all}/:listId`;
  router.get(all, authenticate, async (request, response) => {
    response.json({ items: await lists.list(await advertiserOfPath(request, deps)) });
  });
  router.post(all, authenticate, async (request, response) => {
    const advertiserId = await writtenAdvertiserOfPath(request, deps);
    const fields = valueOrThrow(parseAudienceList(request.body, deps.today()));
    const made = await lists.insert(advertiserId, fields, actorOf(apiKeyOf(request)));
    if (made === null) throw notFound();
    response.status(201).location(`${request.path}/${made.listId}`).json(made);
  });
  router.get(one, authenticate, async (request, response) => {
    const advertiserId = await advertiserOfPath(request, deps);
    const found = await lists.read(advertiserId, parseId(request, "listId"));
    if (found === null) throw notFound();
    response.json(found);
  });
  router.delete(one, authenticate, async (request, response) => {
    const advertiserId = await writtenAdvertiserOfPath(request, deps);
    const actor = actorOf(apiKeyOf(request));
    if (!(await lists.remove(advertiserId, parseId(request, "listId"), actor))) throw notFound();
    response.status(204).end();
  });
  addEntries(router, deps, `${one}/entries`);
  return router;
}

/** PUT: these and no others. POST: these as well. */
function addEntries(router: Router, deps: AudienceListsRouterDeps, path: string): void {
  const { run: turn } = createTurns({ atOnce: mostBodies, mostWaiting: 0, refuse: tooMany });
  const take =
    (replaces: boolean): RequestHandler =>
    async (request, response) => {
      const advertiserId = await writtenAdvertiserOfPath(request, deps);
      const listId = parseId(request, "listId");
      requireLines(request);
      const changed = await turn(async () => {
        const hashes = parseListLines(await readTextBody(request, listLimits.bytes));
        const actor = actorOf(apiKeyOf(request));
        return deps.lists.putEntries(advertiserId, listId, { hashes, replaces }, actor);
      });
      if (changed === null) throw notFound();
      response.json(changed);
    };
  router.put(path, deps.authenticateStream, take(true));
  router.post(path, deps.authenticateStream, take(false));
}

const lineTypes = ["application/x-ndjson", "application/jsonl", "text/csv", "text/plain"];

function requireLines({ headers }: Request): void {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== undefined && lineTypes.includes(type)) return;
  throw new PublicError("unsupported_media_type", "The content-type header is not supported.", [
    { pointer: "content-type", rule: `must be one of ${lineTypes.join(", ")}` },
  ]);
}
