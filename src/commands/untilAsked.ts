import { untilStopped } from "./untilStopped.ts";

/**
 * Listens for the end from now on (a signal, or whoever started us going away): before anything is opened, as who asked for this
 * process may be gone by then. What it gives waits for that and then runs `stop`; `patienceMs` as in `untilStopped`.
 */
export function untilAsked(patienceMs: number): (stop: () => Promise<void>) => Promise<void> {
  const begun = Promise.withResolvers<() => Promise<void>>();
  const ended = untilStopped(
    async () => {
      const stop = await begun.promise;
      await stop();
    },
    () => undefined,
    patienceMs,
  );
  return (stop) => {
    begun.resolve(stop);
    return ended;
  };
}
