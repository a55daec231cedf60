import { z } from "zod";
import type { LakeHour } from "./hours.ts";
import type { LakeTable } from "./lakeTable.ts";

const count = z.number().int().nonnegative();
const key = z.string().min(1).max(1_000);

const manifestSchema = z.object({
  format: z.literal(1),
  /** One more with every commit. */
  version: count,
  /** The columns that parts may have. */
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** By hour: the part that holds it. */
  partitions: z.record(z.string(), z.object({ key, rows: count })),
  /** How far each event file is in the lake. `head` is a digest of its first `headBytes`: another file of that name has another. */
  sources: z.record(z.string(), z.object({ offset: count, headBytes: count, head: z.string() })),
  /** The last entry of the ledger that was looked at. */
  ledgerId: count,
  /** Lines that are no event, by the object that keeps them. */
  rejects: z.array(z.object({ key, lines: count })),
  /** Parts that a later state has replaced: kept a while for those who still read them. */
  retired: z.array(z.object({ key, atMs: z.number() })),
  /** By hour: the part that was written without identifiers. A part that is not among them may name somebody. */
  blanked: z.record(z.string(), key).default({}),
  /** By month: what is kept of it for good, as aggregates. */
  history: z.record(z.string(), z.object({ key, rows: count })).default({}),
  /** When it was written. */
  writtenAtMs: z.number(),
});

type Mutable = z.infer<typeof manifestSchema>;

/** What of one event schema is in the lake, and how far the event files are in it: one state, replaced whole. */
export type Manifest = Readonly<Mutable>;

/** Of one event file: how far it is in the lake. */
export type SourceMark = Readonly<Mutable["sources"][string]>;

/** Throws when the text is no manifest: a lake that cannot be understood must not be written to. */
export function parseManifest(text: string): Manifest {
  return manifestSchema.parse(JSON.parse(text));
}

/** The manifest of a lake that has nothing yet. */
export function emptyManifest({ columns }: LakeTable): Manifest {
  const nothing = { partitions: {}, sources: {}, ledgerId: 0, rejects: [], retired: [] };
  const kept = { blanked: {}, history: {} };
  return { format: 1, version: 0, columns: [...columns], ...nothing, ...kept, writtenAtMs: 0 };
}

/** The keys of all parts that count. */
export function partKeys(manifest: Manifest, hours?: readonly LakeHour[]): readonly string[] {
  const of = hours ?? Object.keys(manifest.partitions);
  return of.flatMap((hour) => manifest.partitions[hour]?.key ?? []);
}

/** The keys of all objects that count: parts, aggregates, and lines that were no event. */
export function countingKeys(manifest: Manifest): readonly string[] {
  const { rejects, history } = manifest;
  return [...partKeys(manifest), ...[...rejects, ...Object.values(history)].map(({ key }) => key)];
}

/** Those, and what was replaced so lately that somebody may still read it. */
export function readableKeys(manifest: Manifest): readonly string[] {
  return [...countingKeys(manifest), ...manifest.retired.map(({ key }) => key)];
}
