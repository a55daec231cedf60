import { open } from "node:fs/promises";
import { keysInLine } from "./erasedKeys.ts";
import { readEventLines } from "./eventLines.ts";
import { type EventSource, listSourceFiles } from "./eventSources.ts";

const space = 0x20;

/**
 * Blanks the whole lines of event files that name some visitors or accounts: spaces take their place, so that the offsets of
 * those who read on stay right, and whoever appends meanwhile is not disturbed. A line that is being written is left: the
 * next pass does not take its event. Answers how many lines it were.
 */
export async function eraseFromFiles(
  sources: readonly EventSource[],
  schema: string,
  keys: ReadonlySet<string>,
): Promise<number> {
  let lines = 0;
  for (const { path, bytes } of await listSourceFiles(sources, schema, {})) {
    const handle = await open(path, "r+");
    try {
      for await (const { text, offset, endOffset, isWhole } of readEventLines(path, 0, bytes)) {
        if (!isWhole || text === null || !keysInLine(text).some((key) => keys.has(key))) continue;
        const blank = Buffer.alloc(endOffset - offset - 1, space);
        await handle.write(blank, 0, blank.length, offset);
        lines += 1;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  return lines;
}
