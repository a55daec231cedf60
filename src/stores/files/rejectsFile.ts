import { open } from "node:fs/promises";
import type { RowProblem } from "../../audience/scoreRow.ts";

export type Reject = RowProblem & { readonly line: number };

export interface RejectsFile {
  /** Appends and flushes to the disk; gives the file's new length in bytes. */
  readonly append: (rejects: readonly Reject[]) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Opens a file of one JSON reject a line, cut back to `keepBytes`: what an interrupted load wrote after its checkpoint goes. */
export async function openRejectsFile(file: string, keepBytes: number): Promise<RejectsFile> {
  const handle = await open(file, keepBytes === 0 ? "w" : "r+");
  await handle.truncate(keepBytes);
  let bytes = keepBytes;
  return {
    async append(rejects) {
      if (rejects.length === 0) return bytes;
      const lines = rejects.map(({ line, field, rule }) => JSON.stringify({ line, field, rule }));
      const block = Buffer.from(`${lines.join("\n")}\n`);
      await handle.write(block, 0, block.length, bytes);
      await handle.sync();
      bytes += block.length;
      return bytes;
    },
    close: () => handle.close(),
  };
}
