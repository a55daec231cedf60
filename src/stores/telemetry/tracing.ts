/** What may be told of a span: figures and our own words. Never anything of a visitor, an address, a query or a body. */
export type SpanFields = Readonly<Record<string, string | number | boolean>>;

/** A piece of work that is timed. */
export interface Span {
  readonly note: (fields: SpanFields) => void;
  readonly rename: (name: string) => void;
  /** Its kind alone: messages of errors may quote what they are about. */
  readonly fail: (error: unknown) => void;
  readonly end: () => void;
}

/** The header by which traces pass from one process to the next (W3C Trace Context). */
export interface TraceHeaders {
  readonly traceparent?: string | readonly string[] | undefined;
}

/** Spans of this process, sent to a collector in batches beside everything else; what finds no room is dropped and counted. */
export interface Tracing {
  /** Runs `work` below the span under way; nothing is made where that is not recorded. Ends with it, failed where it throws or rejects. */
  readonly within: <T>(name: string, fields: SpanFields, work: (span: Span) => T) => T;
  /** A span that ends with the request under way. */
  readonly untilAnswered: (name: string) => void;
  /** Runs `work` in the span of a request that has come; the caller ends the span. */
  readonly receive: <T>(name: string, headers: TraceHeaders, work: (span: Span) => T) => T;
  /** Runs work that nobody asked for in a span of its own. */
  readonly job: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** What a request that is made now is to carry, so that its spans lie below; null = nothing is under way. */
  readonly traceparent: () => string | null;
  /** Told of each batch that was sent or could not be. */
  readonly hear: (listener: (spans: number, outcome: "sent" | "failed") => void) => void;
  /** Sends what waits, for two seconds at most. */
  readonly close: () => Promise<void>;
}
