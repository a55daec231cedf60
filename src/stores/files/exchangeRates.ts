import { readFile } from "node:fs/promises";
import { type ExchangeTable, readExchangeTable } from "../../openrtb/exchangeTable.ts";
import { type FollowedFile, type FollowOptions, followFile } from "./followFile.ts";

/**
 * Opens an operator's file of exchange rates (see `readExchangeTable`) and follows it when it is replaced; a file that breaks
 * a rule leaves the rates read before in use. Rejects when it cannot be read now.
 */
export async function openExchangeRates(
  file: string,
  options: FollowOptions,
): Promise<FollowedFile<ExchangeTable>> {
  return followFile(file, readRates, options);
}

const maxBytes = 100_000;

async function readRates(file: string): Promise<ExchangeTable> {
  const bytes = await readFile(file);
  if (bytes.length > maxBytes) throw new Error(`${file} has more than ${maxBytes} bytes`);
  const read = readExchangeTable(JSON.parse(bytes.toString("utf8")));
  if (!read.ok) throw new Error(`${file}: ${read.problem}`);
  return read.table;
}
