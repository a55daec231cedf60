import { randomBytes } from "node:crypto";
import type { RequestHandler } from "express";
import type { Config } from "../config.ts";
import { type Admission, createAdmission } from "../routes/admission.ts";
import { createIdempotencyStore } from "../stores/postgres/idempotency.ts";
import type { Stores } from "./stores.ts";

/** What stands before every route of the management API. */
export function composeAdmission(
  { apiRequestsPerMinute }: Pick<Config, "apiRequestsPerMinute">,
  { db }: Pick<Stores, "db">,
  authenticate: RequestHandler,
): Admission {
  return createAdmission({
    authenticate,
    answers: createIdempotencyStore(db),
    randomBytes,
    requestsPerMinute: apiRequestsPerMinute,
    monotonicMs: () => performance.now(),
  });
}
