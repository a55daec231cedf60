import {
  type AddressRange,
  AddressRangeError,
  type AddressTables,
  compileRanges,
  parseRange,
} from "./addressRanges.ts";

const maxLines = 200_000;
const maxLineCharacters = 200;

/**
 * Reads an operator's file of address ranges: one CIDR block or address a line, IPv4 or IPv6; "#" or ";" begins a comment,
 * empty lines are left out. Throws an AddressRangeError that names the first bad line, or says that there are more than
 * 200,000 lines: a file is taken whole or not at all.
 */
export function parseRangeFile(text: string): AddressTables {
  const lines = text.split("\n");
  if (lines.length > maxLines + 1 || (lines.length > maxLines && lines.at(-1) !== ""))
    throw new AddressRangeError(`more than ${maxLines} lines`);
  const blocks: AddressRange[] = [];
  lines.forEach((line, index) => {
    const entry = entryOf(line, index + 1);
    if (entry !== "") blocks.push(blockOf(entry, index + 1));
  });
  return compileRanges(blocks);
}

/** What a line says before its comment. */
function entryOf(line: string, number: number): string {
  if (line.length > maxLineCharacters)
    throw new AddressRangeError(`line ${number} is longer than ${maxLineCharacters} characters`);
  return (line.split(/[#;]/, 1)[0] ?? "").trim();
}

function blockOf(entry: string, number: number): AddressRange {
  try {
    return parseRange(entry);
  } catch (error) {
    if (!(error instanceof AddressRangeError)) throw error;
    throw new AddressRangeError(`line ${number}, "${entry.slice(0, 50)}", ${error.message}`);
  }
}
