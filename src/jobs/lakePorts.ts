/** What jobs and reports need of the lake: `stores/lake` implements these over a folder and over S3. */

/** One state of a stored object. */
export interface StoredObject {
  readonly key: string;
  readonly modifiedMs: number;
  readonly bytes: number;
}

/**
 * Where a lake lies: objects by key ("ad_event.v1/date=2026-06-01/hour=10/part-000000001-5c09e1f4.parquet"), written whole and never
 * changed, and one small text per event schema that names those that count, which is replaced in one step.
 */
export interface LakeStorage {
  /** The text that was last replaced; null = there is none yet. */
  readonly readManifest: (schema: string) => Promise<string | null>;
  /** Replaces it in one step: whoever reads sees the old one or the new one, and a crash leaves one of the two. Durable when it resolves. */
  readonly replaceManifest: (schema: string, text: string) => Promise<void>;
  /** Takes a local file over as an object, durably, in one step. The file is gone afterwards. */
  readonly put: (key: string, localFile: string) => Promise<void>;
  /** What the query engine opens; it can be opened once it was fetched. */
  readonly addressOf: (key: string) => string;
  /** Brings objects to their addresses on this machine; nothing is done where they lie there. Rejects when one is not there. */
  readonly fetch: (keys: readonly string[]) => Promise<void>;
  /** Tells which objects of a schema count: copies of others that lie on this machine go. */
  readonly forgetOthers: (schema: string, counting: readonly string[]) => Promise<void>;
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
  /** Events of visitors who were erased later than they happened; not taken in. */
  readonly erased: number;
  /** Event files that were deleted. */
  readonly deletedFiles: number;
  /** Bytes of event files that the next pass will read. */
  readonly waitingBytes: number;
}

/** Who was erased: events until then do not come in again. */
export interface ErasedKeys {
  /** Whether what the key did at a time was erased; without a time: whether anything of it was. */
  readonly isErased: (key: string, atMs: number | null) => boolean;
}

/** What a pass that keeps the lake within its limits did. */
export interface LakeKeeping {
  /** Rows of erased visitors that were in parts. */
  readonly erasedRows: number;
  /** Lines of event files and rejects that named one. */
  readonly erasedLines: number;
  /** Parts that were written again without them. */
  readonly rewrittenParts: number;
  /** Months whose rows name nobody any more, by schema: "page_activity.v1 2026-05". */
  readonly blankedMonths: readonly string[];
  /** Months that were added to the aggregates. */
  readonly aggregatedMonths: readonly string[];
  /** Events of those months that are in no aggregate: of fewer than 50 people however grouped. */
  readonly untoldEvents: number;
  readonly droppedMonths: readonly string[];
  /** Rows that went with them. */
  readonly droppedRows: number;
  /** The oldest month whose rows still name somebody, of all schemas; null = none does. */
  readonly oldestNamedMonth: string | null;
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
