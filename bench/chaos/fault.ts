import type { Load } from "../../test/faults/load.ts";
import type { ReadersBooks } from "./books.ts";
import type { Shop, Town } from "./town.ts";

/** What a fault finds when it strikes. */
export interface Scene {
  readonly town: Town;
  readonly load: Load;
  /** For what the fault itself is given and sees. */
  readonly books: ReadersBooks;
  /** Sells without end. */
  readonly paid: Shop;
  /** Sells without end too, and pays less. */
  readonly other: Shop;
  /** To be called when the cause is gone, or when nothing will lift it: time to recover begins then. */
  readonly lifted: () => void;
  /** Something was not as it should be. */
  readonly wrong: (what: string) => void;
}

/** Something that happens to a town under load. */
export interface Fault {
  readonly name: string;
  /** For people, in a few words. */
  readonly what: string;
  /** What `/readyz` of the nodes must say meanwhile. */
  readonly tells: readonly string[];
  /** What it may say besides; anything else is a false alarm. */
  readonly mayTell?: readonly string[];
  /** Breaks something, lets it be broken for a while, and mends it (or lets it mend itself). */
  readonly run: (scene: Scene) => Promise<void>;
  /** What else must be so again before the town counts as recovered. */
  readonly isOver?: (scene: Scene) => Promise<boolean>;
  /** Requests in flight on a process that was killed have no answer. */
  readonly mayLoseRequests?: boolean;
  /** Events that only a killed process knew are not in the stream; the ledger has them. */
  readonly mayLoseEvents?: boolean;
  /** Impressions that were answered and told as lost: `atelier_spool_lost`. */
  readonly mayLoseTold?: boolean;
  /** On a cluster; the others have one Redis. */
  readonly onCluster?: boolean;
}
