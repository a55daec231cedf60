import { fieldsOf } from "./fields.ts";
import type { Signal } from "./types.ts";

/** What a consent platform puts on the page. */
export interface ConsentHost {
  readonly __tcfapi?: (
    command: string,
    version: number,
    hear: (data: unknown, ok: unknown) => void,
  ) => void;
  readonly __gpp?: (command: string, hear: (data: unknown, ok: unknown) => void) => void;
}

export type Later = (run: () => void, ms: number) => unknown;

export interface ConsentGate {
  /** Runs it, or what is passed after it, as soon as the choice is known, or has been waited for long enough. */
  readonly pass: (run: () => void) => void;
  readonly signal: () => Signal;
}

/** The longest string that the server reads. */
const longest = 8192;
const european = 2;
/** A platform that comes late is heard for what is asked later. */
const lookEveryMs = 100;
const looks = 200;

const signalOf = (consent: unknown): Signal | undefined =>
  typeof consent === "string" && /^[\w.-]+$/.test(consent) && consent.length <= longest
    ? { gdpr: true, consent }
    : undefined;

/** The choice in an event of `__tcfapi` 2.2; undefined = it is not made yet. Pure. */
export function readTcData(data: unknown, ok: unknown): Signal | undefined {
  const { gdprApplies, eventStatus, tcString } = fieldsOf(data);
  if (ok !== true) return undefined;
  if (gdprApplies === false) return { gdpr: false };
  return /^(tcloaded|useraction)/.test(String(eventStatus)) ? signalOf(tcString) : undefined;
}

/**
 * The European section of an event of `__gpp` 1.1: sections stand in the string in the order of their ids. Without one nothing
 * is known, whatever else it says: that the law does not apply is no inference of ours. Pure.
 */
export function readGppEvent(event: unknown): Signal | undefined {
  const { signalStatus, sectionList, gppString } = fieldsOf(fieldsOf(event).pingData);
  if (signalStatus !== "ready" || !Array.isArray(sectionList)) return undefined;
  const index = sectionList.sort((a, b) => a - b).indexOf(european);
  return index < 0 ? undefined : signalOf(String(gppString).split("~")[index + 1]);
}

/** What the site tells of the choice itself; macros that nobody filled tell nothing. Pure. */
export function givenSignal(visitor: unknown): Signal | undefined {
  const { gdpr, consent } = fieldsOf(visitor);
  return /^(false|0)$/.test(String(gdpr)) ? { gdpr: false } : signalOf(consent);
}

/**
 * Waits for the choice, `limitMs` at most: then what is asked is asked without it, and what is asked later uses what is known
 * by then. Nothing is stored or read by this.
 */
export function createConsentGate(
  host: ConsentHost,
  given: () => Signal | undefined,
  limitMs: number,
  later: Later,
): ConsentGate {
  let heard: Signal | undefined;
  let isOpen = false;
  let waiting: (() => void) | undefined;
  const open = (): void => {
    isOpen = true;
    waiting?.();
    waiting = undefined;
  };
  const hear = (signal: Signal | undefined): void => {
    heard = signal ?? heard;
    if (signal !== undefined) open();
  };
  later(open, limitMs);
  joinWhenThere(looks, later, () => {
    host.__tcfapi?.("addEventListener", 2, (data, ok) => hear(readTcData(data, ok)));
    return host.__tcfapi;
  });
  joinWhenThere(looks, later, () => {
    host.__gpp?.("addEventListener", (event) => hear(readGppEvent(event)));
    return host.__gpp;
  });
  return {
    pass: (run) => {
      if (isOpen || given() !== undefined) run();
      else waiting = run;
    },
    signal: () => given() ?? heard ?? {},
  };
}

/** A platform that is broken has told nothing. */
function joinWhenThere(left: number, later: Later, join: () => unknown): void {
  try {
    if (join() || left === 0) return;
    later(() => joinWhenThere(left - 1, later, join), lookEveryMs);
  } catch {
    // Nor will it.
  }
}
