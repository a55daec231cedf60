import { Router } from "express";
import { parseParameters } from "../campaigns/listQuery.ts";
import { PublicError } from "../errors.ts";
import {
  fewestTransparentAds,
  type Transparency,
  tellTransparency,
  transparencyQuerySchema,
} from "../reports/transparencySchema.ts";

type Lines = Parameters<typeof tellTransparency>[0];

export interface TransparencyRouterDeps {
  readonly read: (
    day: string,
    page: { readonly fewest: number; readonly offset: number; readonly limit: number },
  ) => Promise<{ readonly lines: Lines; readonly otherAds: number }>;
  /** The budget day that is under way. */
  readonly today: () => string;
}

/** `GET /v1/transparency?day=…`: for everybody, who had ads shown for which kinds of reasons. */
export function transparencyRouter({ read, today }: TransparencyRouterDeps): Router {
  const router = Router();
  router.get("/v1/transparency", async (request, response) => {
    const parsed = parseParameters(transparencyQuerySchema, request.query);
    const problems = parsed.ok ? dayProblems(parsed.value.day, today()) : parsed.problems;
    if (!parsed.ok || problems.length > 0)
      throw new PublicError("invalid_parameter", "A parameter is not valid.", problems);
    const { day, offset, limit } = parsed.value;
    const { lines, otherAds } = await read(day, { fewest: fewestTransparentAds, offset, limit });
    const told: Transparency = tellTransparency(lines, otherAds, parsed.value);
    response.setHeader("cache-control", "public, max-age=3600");
    response.json(told);
  });
  return router;
}

/** A day that still counts would tell, by what is added, what happened between two looks. */
function dayProblems(day: string, today: string) {
  const isDay = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (!isDay || day < "2020-01-01") return [{ pointer: "day", rule: "must be a day from 2020 on" }];
  return day < today ? [] : [{ pointer: "day", rule: "must be over" }];
}
