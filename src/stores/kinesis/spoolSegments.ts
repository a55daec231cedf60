import { mkdirSync, readdirSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

const segmentShape = /^\d{9}\.ndjson$/;
const segmentBytes = 4_194_304;

/** The numbered files of a spool. */
export interface Segments {
  /** On the disk when it resolves. */
  readonly append: (text: string) => Promise<void>;
  /** Files that nobody writes to any more, oldest first. Not to be asked while something is appended: it would be read in half. */
  readonly closed: () => readonly string[];
  readonly bytes: () => number;
}

/** Opens a folder of them, which is made when it is missing. */
export function openSegments(directory: string): Segments {
  mkdirSync(directory, { recursive: true });
  const numbers = (): number[] =>
    readdirSync(directory)
      .filter((name) => segmentShape.test(name))
      .map(Number.parseFloat)
      .sort((a, b) => a - b);
  const path = (number: number): string =>
    join(directory, `${String(number).padStart(9, "0")}.ndjson`);
  // Nobody writes on where another process has stopped: its last line may be torn.
  let current = (numbers().at(-1) ?? 0) + 1;
  let currentBytes = 0;
  const next = (): void => {
    current++;
    currentBytes = 0;
  };
  return {
    async append(text) {
      if (currentBytes >= segmentBytes) next();
      currentBytes += text.length;
      await appendDurably(path(current), text).catch((error: unknown) => {
        next();
        throw error;
      });
    },
    closed() {
      const older = (): number[] => numbers().filter((number) => number < current);
      // One that is still written to is let go only when nothing older waits: not one more a second.
      if (older().length === 0 && currentBytes > 0) next();
      return older().map(path);
    },
    bytes: () => numbers().reduce((sum, number) => sum + statSync(path(number)).size, 0),
  };
}

async function appendDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "a");
  try {
    await handle.appendFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
