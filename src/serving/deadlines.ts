import { createWithDeadline, type WithDeadline } from "./withDeadline.ts";

/** A watch for each whole number of milliseconds: each watches promises in the order of their deadlines. */
export function createDeadlines(): (timeMs: number) => WithDeadline {
  const byMs = new Map<number, WithDeadline>();
  return (timeMs) => {
    const ms = Math.max(1, Math.floor(timeMs));
    const known = byMs.get(ms) ?? createWithDeadline(ms);
    byMs.set(ms, known);
    return known;
  };
}
