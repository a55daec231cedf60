import type { LedgerSession, OutboxEntry } from "../serving/ledgerPorts.ts";

/** Writes entries of outboxes to the ledger; what cannot be read is set aside in the same transaction. Answers how many rows are new. */
export async function writeEntries(
  session: LedgerSession,
  entries: readonly OutboxEntry[],
): Promise<number> {
  const unreadable = entries.filter(({ row }) => row === null);
  await session.setAside(
    unreadable.map(({ text }) => ({ line: text, reason: "an outbox entry that cannot be read" })),
  );
  return session.append(entries.flatMap(({ row }) => row ?? []));
}
