import { type RequestHandler, Router } from "express";
import type { ModelCard } from "../audience/scoring/modelCard.ts";
import { isSpecialCategory } from "../audience/specialCategories.ts";
import { actorOf, notFound, requireAdmin } from "../campaigns/access.ts";
import { invalidBody, toPointer } from "../campaigns/problems.ts";
import type { Actor } from "../campaigns/repository.ts";
import {
  categoriesOf,
  type SegmentDefinition,
  segmentDefinitionSchema,
} from "../campaigns/segments/definition.ts";
import { PublicError } from "../errors.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId } from "./resource.ts";

interface ToldDefinition {
  readonly segmentId: number;
  readonly definition: SegmentDefinition;
  readonly version: number;
}

export interface SegmentModelsRouterDeps {
  readonly authenticate: RequestHandler;
  /** Null = there is none. */
  readonly readCard: (segmentId: number) => Promise<ModelCard | null>;
  readonly readDefinition: (segmentId: number) => Promise<ToldDefinition | null>;
  readonly putDefinition: (
    segmentId: number,
    definition: SegmentDefinition,
    actor: Actor,
  ) => Promise<ToldDefinition | null>;
}

const noCard = "No model of this segment has been learned yet, or there is no such segment.";

/** What is known of a segment's model, and how its members are found: the latter for the operator's administrators. */
export function segmentModelsRouter(deps: SegmentModelsRouterDeps): Router {
  const { authenticate } = deps;
  const router = Router();
  router.get("/v1/segments/:segmentId/model-card", authenticate, async (request, response) => {
    const card = await deps.readCard(parseId(request, "segmentId"));
    if (card === null) throw new PublicError("not_found", noCard);
    response.json(card);
  });
  router.get("/v1/segments/:segmentId/definition", authenticate, async (request, response) => {
    requireAdmin(apiKeyOf(request));
    const stored = await deps.readDefinition(parseId(request, "segmentId"));
    if (stored === null) throw notFound();
    response.json(stored);
  });
  router.put("/v1/segments/:segmentId/definition", authenticate, async (request, response) => {
    requireAdmin(apiKeyOf(request));
    const segmentId = parseId(request, "segmentId");
    const definition = parseDefinition(request.body);
    const stored = await deps.putDefinition(segmentId, definition, actorOf(apiKeyOf(request)));
    if (stored === null) throw notFound();
    response.json(stored);
  });
  return router;
}

/** Throws PublicError `invalid_body`. */
function parseDefinition(body: unknown): SegmentDefinition {
  const parsed = segmentDefinitionSchema.safeParse(body);
  if (!parsed.success)
    throw invalidBody(
      parsed.error.issues.map(({ path, message }) => ({ pointer: toPointer(path), rule: message })),
    );
  const special = categoriesOf(parsed.data).find(isSpecialCategory);
  if (special !== undefined)
    throw invalidBody([
      {
        pointer: "",
        rule: `must not name ${special}: nobody is profiled by categories of health, beliefs, sex life or origin`,
      },
    ]);
  return parsed.data;
}
