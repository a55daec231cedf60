import type { SettingKind } from "./settingKinds.ts";

/** The commands that read settings. `start` runs its own stores; all the others use yours. */
export const commands = [
  "start",
  "serve",
  "worker",
  "migrate",
  "places:import",
  "scores:load",
  "score",
  "keys:create",
  "lake:counts",
  "lake:pass",
  "analyse",
  "legacy:import",
  "off-policy",
  "reports:check",
  "invoices:close",
  "dlq:replay",
  "backup",
  "restore",
] as const;
export type Command = (typeof commands)[number];

/** One setting. `Needed` are the commands in which it always has a value; in the others it may be null. */
export interface Setting<T, Needed extends Command> {
  readonly name: string;
  readonly kind: SettingKind<T>;
  readonly about: string;
  readonly neededBy: readonly Needed[];
  readonly fallback: T | null;
  /** Where `start` differs from the other commands. */
  readonly startFallback?: T;
  /** `start` has its own value for it and ignores the environment's. */
  readonly ownInStart?: boolean;
}

/** A setting that always has a value. */
export function withDefault<T>(
  name: string,
  kind: SettingKind<T>,
  fallback: T,
  about: string,
  startFallback?: T,
): Setting<T, Command> {
  return {
    name,
    kind,
    about,
    neededBy: [],
    fallback,
    ...(startFallback === undefined ? {} : { startFallback }),
  };
}

/** A setting that may be left out. */
export function optional<T>(name: string, kind: SettingKind<T>, about: string): Setting<T, never> {
  return { name, kind, about, neededBy: [], fallback: null };
}

/** A setting that some commands cannot do without. */
export function needed<T, const N extends Command>(
  name: string,
  kind: SettingKind<T>,
  neededBy: readonly N[],
  about: string,
): Setting<T, N> {
  return { name, kind, about, neededBy, fallback: null };
}

/** A setting of which `start` has its own value. */
export function ownInStart<T, N extends Command>(setting: Setting<T, N>): Setting<T, N> {
  return { ...setting, ownInStart: true };
}

/** A setting that is needed elsewhere and that `start` knows by itself. */
export function withDefaultInStart<T, N extends Command>(
  setting: Setting<T, N>,
  startFallback: T,
): Setting<T, N | "start"> {
  return { ...setting, startFallback };
}
