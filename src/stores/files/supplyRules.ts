import { readFile } from "node:fs/promises";
import { readSupplyRules, type SupplyRules } from "../../serving/supplyRules.ts";
import { type FollowedFile, type FollowOptions, followFile } from "./followFile.ts";

const maxBytes = 10_000_000;

/**
 * Opens an operator's file of supply rules (see `readSupplyRules`) and follows it when it is replaced; a file that breaks a
 * rule leaves the rules read before in use. Rejects when it cannot be read now.
 */
export async function openSupplyRules(
  file: string,
  options: FollowOptions,
): Promise<FollowedFile<SupplyRules>> {
  return followFile(file, readRules, options);
}

async function readRules(file: string): Promise<SupplyRules> {
  const bytes = await readFile(file);
  if (bytes.length > maxBytes) throw new Error(`${file} has more than ${maxBytes} bytes`);
  const read = readSupplyRules(JSON.parse(bytes.toString("utf8")));
  if (!read.ok) throw new Error(`${file}: ${read.problem}`);
  return read.rules;
}
