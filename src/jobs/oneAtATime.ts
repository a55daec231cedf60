import type { Ledger } from "../serving/ledgerPorts.ts";

/** The same ledger, for several jobs of one process: they wait for each other instead of being sent away. */
export function oneAtATime(ledger: Ledger): Ledger {
  let last: Promise<unknown> = Promise.resolve();
  return {
    exclusively(work) {
      const turn = last.then(() => ledger.exclusively(work));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
