import type { BulkLine, BulkResult } from "../../../sdk/src/generated.ts";
import type { BulkChange } from "./bulkPlan.ts";

/** A line that was written. */
export interface DoneChange {
  readonly change: BulkChange;
  readonly version: number;
}

/** A line that was not, and what the server said; null = it said nothing. */
export interface FailedChange {
  readonly change: BulkChange;
  readonly result: BulkResult | null;
}

export interface BulkOutcome {
  readonly done: readonly DoneChange[];
  readonly failed: readonly FailedChange[];
  /** Lines that were never sent: somebody said stop, or the server went away. */
  readonly left: readonly BulkChange[];
  /** Why it ended early, if nobody stopped it. */
  readonly fault: unknown;
}

export interface BulkPorts {
  /** Sends some lines; answers what became of each, in their order. */
  readonly send: (lines: readonly BulkLine[]) => Promise<AsyncIterable<BulkResult>>;
  readonly onProgress: (outcome: BulkOutcome) => void;
  readonly isStopped: () => boolean;
}

/** What the server writes in one transaction: between two calls one can stop and know what was written. */
export const linesPerCall = 50;

/**
 * Sends changes call by call and tells of each what became of it. Stops between two calls when `isStopped` says so, and
 * when a call fails as a whole: what became of its lines that were not answered is not known. Never rejects.
 */
export async function runBulk(
  changes: readonly BulkChange[],
  ports: BulkPorts,
): Promise<BulkOutcome> {
  let outcome: BulkOutcome = { done: [], failed: [], left: changes, fault: null };
  while (outcome.left.length > 0 && outcome.fault === null && !ports.isStopped()) {
    const part = outcome.left.slice(0, linesPerCall);
    const sent = await sendPart(part, ports.send);
    outcome = {
      done: [...outcome.done, ...sent.done],
      failed: [...outcome.failed, ...sent.failed],
      left: outcome.left.slice(linesPerCall),
      fault: sent.fault,
    };
    ports.onProgress(outcome);
  }
  return outcome;
}

async function sendPart(
  part: readonly BulkChange[],
  send: BulkPorts["send"],
): Promise<Omit<BulkOutcome, "left">> {
  const results = new Map<number, BulkResult>();
  let fault: unknown = null;
  try {
    for await (const result of await send(part.map(toLine))) results.set(result.line, result);
  } catch (error) {
    fault = error;
  }
  const done: DoneChange[] = [];
  const failed: FailedChange[] = [];
  for (const [index, change] of part.entries()) {
    const result = results.get(index + 1) ?? null;
    if (result?.version !== undefined && result.status < 300)
      done.push({ change, version: result.version });
    else failed.push({ change, result });
  }
  return { done, failed, fault };
}

function toLine({ row, ifVersion, body }: BulkChange): BulkLine {
  return {
    op: "update",
    id: row.campaignId,
    ...(ifVersion === null ? {} : { ifMatch: `"${ifVersion}"` }),
    body,
  };
}
