import { z } from "zod";
import type { Actor } from "./repository.ts";

export const logLevels = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Minutes after which what was changed is as it was: nobody has to remember it. */
const longestMinutes = 1_440;
/** Percent; who wants nobody served stops the node. */
const mostShed = 95;

const logLevel = z.enum(logLevels).describe("The least severe lines that every process logs.");
const shedding = z
  .union([z.enum(["off", "auto"]), z.int().min(1).max(mostShed)], {
    error: `must be "off", "auto" or a percentage from 1 to ${mostShed}`,
  })
  .describe(
    "`off`: nobody is sent away, however late. `auto`: who cannot be answered in time. A percentage: that part of pages and bids besides.",
  );

/** The body of `PUT /v1/live-settings`: what is left out is as the node was started with. */
export const liveSettingsInputSchema = z
  .strictObject({
    logLevel: logLevel.optional(),
    shedding: shedding.optional(),
    forMinutes: z
      .int()
      .min(1)
      .max(longestMinutes)
      .describe("After so long everything is as it was."),
  })
  .refine((body) => body.logLevel !== undefined || body.shedding !== undefined, {
    error: "must name logLevel or shedding",
  });

export type LiveSettingsInput = Readonly<z.output<typeof liveSettingsInputSchema>>;

/** What holds now, on every node within a second or two. */
export const liveSettingsSchema = z
  .object({
    logLevel: logLevel.nullable().describe("null = as each process was started."),
    shedding: shedding.nullable().describe("null = auto."),
    expiresAt: z.iso.datetime().nullable().describe("null = nothing was changed."),
  })
  .meta({ title: "LiveSettings" });

export type LiveSettings = Readonly<z.output<typeof liveSettingsSchema>>;

export const noLiveSettings: LiveSettings = { logLevel: null, shedding: null, expiresAt: null };

/** Throws PublicError `unavailable` when the store is away. */
export interface LiveSettingsStore {
  /** What has not ended, with what is left of it in ms; null = nothing. */
  readonly read: () => Promise<{ readonly settings: LiveSettings; readonly leftMs: number } | null>;
  /** Replaces what there is. */
  readonly put: (input: LiveSettingsInput, actor: Actor) => Promise<LiveSettings>;
  /** Ends it now. */
  readonly clear: (actor: Actor) => Promise<void>;
}
