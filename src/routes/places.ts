import { type Request, Router } from "express";
import { type FieldProblem, PublicError } from "../errors.ts";
import type { PlaceKind } from "../geo/placeIndex.ts";
import type { Places } from "../geo/places.ts";
import { searchPlaces } from "../geo/searchPlaces.ts";

const kinds: readonly PlaceKind[] = ["commune", "postalCode", "departement", "region"];
const maxQueryLength = 80;
const maxLimit = 20;
const defaultLimit = 8;

/**
 * `GET /v1/places?q=limog&limit=8&kinds=commune,postalCode` → `{ places: [...] }`, best first. Public, for search boxes.
 * Builds its index when mounted, so that no visitor waits for it, unless a quick start is worth more: then the first search does.
 */
export function placesRouter({
  places,
  isQuickStart = false,
}: {
  readonly places: Places;
  readonly isQuickStart?: boolean;
}): Router {
  if (!isQuickStart) searchPlaces(places, "paris", { limit: 1 });
  const router = Router();
  router.get("/v1/places", (request, response) => {
    const { query, options } = parseSearch(request.query);
    response.set("cache-control", "public, max-age=3600");
    response.json({ places: searchPlaces(places, query, options) });
  });
  return router;
}

function parseSearch(input: Request["query"]): {
  readonly query: string;
  readonly options: { readonly limit: number; readonly kinds?: readonly PlaceKind[] };
} {
  const problems: FieldProblem[] = [];
  const { q, limit = String(defaultLimit), kinds: wanted } = input;
  if (typeof q !== "string" || q.trim() === "" || q.length > maxQueryLength)
    problems.push({ pointer: "q", rule: `must be 1 to ${maxQueryLength} characters, given once` });
  if (typeof limit !== "string" || !/^\d{1,2}$/.test(limit) || !inRange(Number(limit)))
    problems.push({ pointer: "limit", rule: `must be a whole number from 1 to ${maxLimit}` });
  const list = typeof wanted === "string" ? wanted.split(",") : [];
  if (wanted !== undefined && (list.length === 0 || !list.every(isKind)))
    problems.push({ pointer: "kinds", rule: `must be of ${kinds.join(", ")}, comma-separated` });
  if (problems.length > 0)
    throw new PublicError("invalid_parameter", "The search cannot be read", problems);
  const chosen = list.filter(isKind);
  return {
    query: String(q),
    options: { limit: Number(limit), ...(chosen.length > 0 ? { kinds: chosen } : {}) },
  };
}

const inRange = (limit: number): boolean => limit >= 1 && limit <= maxLimit;
const isKind = (value: string): value is PlaceKind => kinds.some((it) => it === value);
