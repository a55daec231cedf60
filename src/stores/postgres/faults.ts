import { PublicError } from "../../errors.ts";

/** What the driver throws: a PostgreSQL error has a five-character `code`, a socket error a name such as ECONNREFUSED. */
interface DriverError extends Error {
  readonly code?: string;
  readonly constraint?: string;
}

const unavailable = () =>
  new PublicError("unavailable", "The campaign store is away; try again in a moment.");

/**
 * Runs a piece of work and gives the store's expected refusals their public face: away → `unavailable`,
 * a duplicate or a row in use → `conflict`, a broken constraint → `invalid_body`. Other faults pass unchanged.
 */
export async function withPublicFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toPublicFault(error);
  }
}

export function toPublicFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof PublicError) return error;
  const { code = "", constraint = "" }: DriverError = error;
  if (isAway(error, code)) return unavailable();
  const rule = `breaks the rule ${constraint}`;
  if (code === "23505") {
    return new PublicError("conflict", "Another one has the same name.", [{ pointer: "", rule }]);
  }
  if (code === "23503") {
    return new PublicError("invalid_body", "Something that this refers to does not exist.", [
      { pointer: pointerOf(constraint), rule: "must exist" },
    ]);
  }
  if (code === "23514" || code === "23502" || code.startsWith("22")) {
    return new PublicError("invalid_body", "The store refuses a value.", [{ pointer: "", rule }]);
  }
  return error;
}

/** Connection lost or refused (class 08, sockets), server stopping (57P), too many connections (53), time-outs, deadlocks. */
function isAway(error: Error, code: string): boolean {
  if (/^(08|53|57P|57014|40001|40P01|55P03)/.test(code)) return true;
  if (/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/.test(code)) return true;
  return /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout/.test(
    error.message,
  );
}

/** "campaigns_advertiser_id_fkey" → "/advertiserId". */
function pointerOf(constraint: string): string {
  const column = /^[a-z]+?_([a-z_]+)_fkey$/.exec(constraint)?.[1];
  if (column === undefined) return "";
  return `/${column.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())}`;
}
