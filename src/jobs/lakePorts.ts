/** What jobs and reports need of the lake: `stores/lake` implements these over a folder; S3 is to be another implementation. */

/** One state of a stored object. */
export interface StoredObject {
  readonly key: string;
  readonly modifiedMs: number;
}

/**
 * Where a lake lies: objects by key ("ad_event.v1/date=2026-06-01/hour=10/part-000000001.parquet"), written whole and never
 * changed, and one small text per event schema that names those that count, which is replaced in one step.
 */
export interface LakeStorage {
  /** The text that was last replaced; null = there is none yet. */
  readonly readManifest: (schema: string) => Promise<string | null>;
  /** Replaces it in one step: whoever reads sees the old one or the new one, and a crash leaves one of the two. Durable when it resolves. */
  readonly replaceManifest: (schema: string, text: string) => Promise<void>;
  /** Takes a local file over as an object, durably, in one step. The file is gone afterwards. */
  readonly put: (key: string, localFile: string) => Promise<void>;
  /** What the query engine opens. */
  readonly addressOf: (key: string) => string;
  /** Objects whose key begins so. */
  readonly list: (prefix: string) => Promise<readonly StoredObject[]>;
  /** An object that is not there is not missed. */
  readonly remove: (key: string) => Promise<void>;
}

/** An event that the ledger has, as a row of the lake: columns by name, of the schema that it would have been told under. */
export interface LedgerEvent {
  readonly eventId: string;
  readonly occurredAtMs: number;
  readonly columns: Readonly<Record<string, string | number | null>>;
}

export interface LedgerEventsPage {
  readonly events: readonly LedgerEvent[];
  /** Where the next page begins. */
  readonly lastId: number;
  /** False = nothing is left beyond it. */
  readonly more: boolean;
}

/** Events of a schema in the ledger, in the order in which they were written, after the entry of a given id. */
export type ReadLedgerEvents = (schema: string, afterId: number) => Promise<LedgerEventsPage>;

/** What one pass did. */
export interface LakePass {
  /** Lines that were read. */
  readonly lines: number;
  /** Events that the lake did not have. */
  readonly added: number;
  /** Lines and ledger entries of events that the lake had, or that stood there twice. */
  readonly duplicates: number;
  /** Events that the stream had lost and the ledger had. */
  readonly restored: number;
  /** Lines that are no event; kept aside. */
  readonly rejected: number;
  /** Event files that were deleted. */
  readonly deletedFiles: number;
  /** Bytes of event files that the next pass will read. */
  readonly waitingBytes: number;
}

/** Counts of one campaign and budget day. Micros of a euro, as charged: what was given back later is not taken off. */
export interface CampaignDayCounts {
  /** "YYYY-MM-DD" in Europe/Paris. */
  readonly day: string;
  readonly campaignId: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spendMicros: number;
}

/** Budget days, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}
