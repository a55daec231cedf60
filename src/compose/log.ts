import { type Logger, pino } from "pino";
import type { ServerRole } from "./role.ts";

export type Log = Logger;

/** A structured log on standard error; standard output belongs to the person who started us. */
export function createLog(level: string, role: ServerRole = "all"): Log {
  // Two processes may share one stream.
  const base = role === "management" ? { process: role } : null;
  return pino({ level, base, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
