import { type Letter, type ReplayedRecord, readLetter, type ShardRange } from "./deadLetter.ts";

/** A message of a queue, which nobody else is handed for some minutes. */
export interface QueuedLetter {
  readonly id: string;
  readonly body: string;
  /** With which it is removed or given back. */
  readonly receipt: string;
}

export interface ReplayPorts {
  /** The next ones; empty = none is left. */
  readonly receive: () => Promise<readonly QueuedLetter[]>;
  readonly remove: (letter: QueuedLetter) => Promise<void>;
  /** Anybody may be handed it again. */
  readonly release: (letter: QueuedLetter) => Promise<void>;
  /** Null = some of them have left the stream. */
  readonly readRange: (range: ShardRange) => Promise<readonly ReplayedRecord[] | null>;
  /** Null = the function has done all of them, else why not. */
  readonly invoke: (
    functionArn: string,
    records: readonly ReplayedRecord[],
    streamArn: string | null,
  ) => Promise<string | null>;
}

export interface ReplayOptions {
  /** Says what would be done, and leaves the queue as it is. */
  readonly isDryRun: boolean;
  /** The most messages that are looked at. */
  readonly most: number;
  readonly tell: (line: string) => void;
}

export interface ReplayCounts {
  readonly replayed: number;
  /** The function could not do it this time either. */
  readonly failed: number;
  /** The records have left the stream. */
  readonly gone: number;
  /** Of another kind than what is replayed. */
  readonly unknown: number;
}

type Outcome = { readonly what: keyof ReplayCounts; readonly line: string };

/**
 * Hands what was set aside to the function that could not do it, and removes it from the queue once the function has. Whatever ends it
 * in between, a message that was not removed is replayed by the next run: functions count an event id once. Each message is
 * looked at once a run.
 */
export async function replayDeadLetters(
  ports: ReplayPorts,
  options: ReplayOptions,
): Promise<ReplayCounts> {
  const counts = { replayed: 0, failed: 0, gone: 0, unknown: 0 };
  const seen = new Map<string, QueuedLetter>();
  const kept: QueuedLetter[] = [];
  for (;;) {
    const letters = seen.size < options.most ? await ports.receive() : [];
    const fresh = letters.filter(({ id }) => !seen.has(id));
    if (fresh.length === 0) {
      // Those that came again, and those that stay, are anybody's at once.
      for (const letter of [...kept, ...letters]) await ports.release(letter);
      return counts;
    }
    for (const letter of fresh) {
      seen.set(letter.id, letter);
      const { what, line } = await replay(letter, ports, options);
      counts[what] += 1;
      options.tell(`${letter.id}: ${line}`);
      if (what !== "replayed" || options.isDryRun) kept.push(letter);
    }
  }
}

async function replay(
  letter: QueuedLetter,
  ports: ReplayPorts,
  { isDryRun }: ReplayOptions,
): Promise<Outcome> {
  const read = readLetter(letter.body);
  if (read.kind === "unknown") return { what: "unknown", line: `left alone, ${read.why}` };
  const records = await recordsOf(read, ports);
  if (records === null) return { what: "gone", line: "its records have left the stream" };
  const name = read.functionArn.split(":").at(-1);
  const what = `${records.length} ${records.length === 1 ? "record" : "records"} to ${name}`;
  if (isDryRun) return { what: "replayed", line: `would hand ${what}` };
  const streamArn = read.kind === "range" ? read.range.streamArn : null;
  const fault = await ports.invoke(read.functionArn, records, streamArn);
  if (fault !== null) return { what: "failed", line: `${what} failed again: ${fault}` };
  await ports.remove(letter);
  return { what: "replayed", line: `handed ${what}` };
}

async function recordsOf(
  letter: Exclude<Letter, { readonly kind: "unknown" }>,
  { readRange }: ReplayPorts,
): Promise<readonly ReplayedRecord[] | null> {
  return letter.kind === "content" ? [letter.record] : readRange(letter.range);
}
