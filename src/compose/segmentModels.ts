import type { Router } from "express";
import { segmentModelsRouter } from "../routes/segmentModels.ts";
import { createModelCards } from "../stores/postgres/modelCards.ts";
import { createSegmentDefinitions } from "../stores/postgres/segmentDefinitions.ts";
import type { Access } from "./access.ts";
import type { Stores } from "./stores.ts";

/** How segments are defined, and what is known of their models. */
export function composeSegmentModels(
  { db }: Pick<Stores, "db">,
  { authenticate }: Access["admission"],
): Router {
  const definitions = createSegmentDefinitions(db);
  return segmentModelsRouter({
    authenticate,
    readCard: createModelCards(db).latest,
    readDefinition: definitions.read,
    putDefinition: definitions.put,
  });
}
