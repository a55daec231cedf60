import type { OutboxEntry } from "../../serving/ledgerPorts.ts";
import { decodeOutboxEntry } from "../../serving/ledgerRow.ts";

/** An entry of an outbox stream, as Redis answers it (names and values in turn), becomes a row or what could not be read. */
export function toOutboxEntry(entryId: string, fields: readonly string[]): OutboxEntry {
  const values = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) values.set(fields[at]!, fields[at + 1]!);
  const read = (name: string): string => values.get(name) ?? "";
  const event = read("event");
  const money = { day: read("day"), micros: read("micros"), reason: read("reason") };
  return {
    entryId,
    row: decodeOutboxEntry({ event, ...money }),
    text: JSON.stringify([entryId, ...fields]),
  };
}
