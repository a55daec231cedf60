import type { EmitEvent } from "./ports.ts";

/**
 * The way of events out of a serving node. Nobody waits for it and it loses rather than holds up an ad: what it had no room for
 * is counted. Events may come out at the other end more than once, in any order; `eventId` is their identity.
 */
export interface EventStream {
  readonly emit: EmitEvent;
  /** Since this process began. `written` has left this process, or waits on its disk. */
  readonly counts: () => { readonly written: number; readonly dropped: number };
  /** Sends what is buffered now. Never rejects. */
  readonly flush: () => Promise<void>;
  /** The same; later events are dropped and counted. Never rejects. */
  readonly close: () => Promise<void>;
}
