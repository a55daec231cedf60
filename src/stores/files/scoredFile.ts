import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";

/** One visitor's scores, before they have a version. */
export interface ScoredVisitor {
  readonly visitorKey: string;
  /** Seen in the last day before the scores were made. */
  readonly isActive: boolean;
  /** Score 0–1 by segment id. */
  readonly scores: ReadonlyMap<number, number>;
}

/** Flags u8 · key length u8 · count u16 · key · count × (segment id u32 · score u16), little-endian. */
const headBytes = 4;
const entryBytes = 6;
const fullScore = 65_535;
const bufferBytes = 1_048_576;
/** More than any record has. */
const mostRecordBytes = headBytes + 255 + 65_535 * entryBytes;

export interface ScoredFile {
  readonly write: (visitor: ScoredVisitor) => void;
  /** Writes what is left; only then the file is there under its name. */
  readonly finish: () => void;
}

/** Begins a file of scores, for a process that has nothing else to do. */
export function createScoredFile(file: string): ScoredFile {
  const draft = `${file}.draft`;
  const handle = openSync(draft, "w");
  const buffer = Buffer.alloc(bufferBytes);
  let filled = 0;
  const flush = (): void => {
    if (filled > 0) writeSync(handle, buffer, 0, filled);
    filled = 0;
  };
  return {
    write({ visitorKey, isActive, scores }) {
      const bytes = headBytes + visitorKey.length + entryBytes * scores.size;
      if (filled + bytes > bufferBytes) flush();
      buffer.writeUInt8(isActive ? 1 : 0, filled);
      buffer.writeUInt8(visitorKey.length, filled + 1);
      buffer.writeUInt16LE(scores.size, filled + 2);
      buffer.write(visitorKey, filled + headBytes, "latin1");
      let at = filled + headBytes + visitorKey.length;
      for (const [segmentId, score] of scores) {
        buffer.writeUInt32LE(segmentId, at);
        buffer.writeUInt16LE(Math.round(score * fullScore), at + 4);
        at += entryBytes;
      }
      filled = at;
    },
    finish() {
      flush();
      closeSync(handle);
      renameSync(draft, file);
    },
  };
}

export interface ScoredBatch {
  readonly visitors: readonly ScoredVisitor[];
  /** Where the next batch begins, in bytes. */
  readonly nextOffset: number;
}

/** Reads a file of scores from an offset on, some visitors at a time. Throws when it ends within a record. */
export async function* readScoredFile(
  file: string,
  fromOffset: number,
  batchVisitors: number,
): AsyncGenerator<ScoredBatch> {
  const handle = await open(file, "r");
  const buffer = Buffer.alloc(Math.max(4 * bufferBytes, 2 * mostRecordBytes));
  let offset = fromOffset;
  let left = 0;
  let visitors: ScoredVisitor[] = [];
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, left, buffer.length - left, offset + left);
      const filled = left + bytesRead;
      let at = 0;
      for (let end = endOf(buffer, at, filled); end !== null; end = endOf(buffer, at, filled)) {
        visitors.push(visitorAt(buffer, at));
        at = end;
        if (visitors.length < batchVisitors) continue;
        yield { visitors, nextOffset: offset + at };
        visitors = [];
      }
      offset += at;
      left = filled - at;
      buffer.copyWithin(0, at, filled);
      if (bytesRead > 0) continue;
      if (left > 0) throw new Error(`${file} ends within a record`);
      if (visitors.length > 0) yield { visitors, nextOffset: offset };
      return;
    }
  } finally {
    await handle.close();
  }
}

/** Where the record ends; null = it is not whole. */
function endOf(buffer: Buffer, at: number, filled: number): number | null {
  if (at + headBytes > filled) return null;
  const bytes = headBytes + buffer.readUInt8(at + 1) + entryBytes * buffer.readUInt16LE(at + 2);
  return at + bytes > filled ? null : at + bytes;
}

function visitorAt(buffer: Buffer, at: number): ScoredVisitor {
  const keyEnd = at + headBytes + buffer.readUInt8(at + 1);
  const scores = new Map<number, number>();
  for (let index = 0; index < buffer.readUInt16LE(at + 2); index++) {
    const entry = keyEnd + index * entryBytes;
    scores.set(buffer.readUInt32LE(entry), buffer.readUInt16LE(entry + 4) / fullScore);
  }
  return {
    visitorKey: buffer.toString("latin1", at + headBytes, keyEnd),
    isActive: buffer.readUInt8(at) === 1,
    scores,
  };
}
