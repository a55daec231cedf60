/** What erasing and consent need of the stores. */

export type ErasureCause = "visitor" | "operator" | "withdrawal";

/** How many records of a visitor each store had, of those that were reached. */
export interface ErasureCounts {
  readonly redis?: Readonly<Record<"scores" | "caps" | "touches" | "links" | "sessions", number>>;
  readonly dynamodb?: Readonly<Record<"scores", number>>;
  readonly postgres?: Readonly<
    Record<"forecastSample" | "consentState" | "sightings" | "identifiers" | "lists", number>
  >;
  /** Accounts and other visitors that are linked to the visitor: each is erased by itself. */
  readonly linked?: Readonly<Record<"keys", number>>;
}

export interface ErasureRequest {
  readonly proofId: string;
  readonly visitorKey: string;
  readonly visitorHash: string;
  readonly cause: ErasureCause;
  /** Whether who is linked to the visitor is erased too. */
  readonly followsLinks: boolean;
}

export interface QueuedErasure extends ErasureRequest {
  /** Passes that are over. */
  readonly passes: number;
  readonly requestedAtMs: number;
}

/** What a pass over all stores did. */
export interface ErasurePass {
  readonly counts: ErasureCounts;
  /** Stores that were away. */
  readonly unreached: readonly string[];
  readonly erasedAtMs: number;
  /** When to look again; null = there is nothing left to do. */
  readonly nextAtMs: number | null;
}

export interface LoggedErasure {
  /** Of the entry in the log. */
  readonly erasureId: number;
  readonly proofId: string;
  readonly cause: ErasureCause;
  readonly pass: number;
  readonly counts: ErasureCounts;
  readonly unreached: readonly string[];
  readonly erasedAt: string;
}

/** A choice that differs from the one before. */
export interface NotedConsent {
  readonly visitorHash: string;
  readonly purposes: number;
  readonly basis: string;
  readonly atMs: number;
}
