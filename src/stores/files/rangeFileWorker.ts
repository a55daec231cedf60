import { readFile, stat } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { parseRangeFile } from "../../serving/rangeFile.ts";
import type { RangeFileMessage } from "./dataCentreRanges.ts";

/** 200,000 lines of the longest ranges with a few words of comment. */
const maxBytes = 20_000_000;
const tell = (message: RangeFileMessage, transfer: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, [...transfer]);

async function read(file: string): Promise<void> {
  const { size } = await stat(file);
  if (size > maxBytes) throw new Error(`${file} is larger than ${maxBytes} bytes`);
  const tables = parseRangeFile(await readFile(file, "utf8"));
  tell({ ok: true, tables }, [tables[4].buffer, tables[6].buffer]);
}

await read(workerData as string).catch((error: unknown) =>
  tell({ ok: false, problem: error instanceof Error ? error.message : String(error) }),
);
