import { z } from "zod";

/** The lines of a backup: JSON, one a line. A row is a string, everything else an object. */
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const count = z.number().int().nonnegative();

/** The first line. */
export const backupHead = z.object({
  atelierBackup: z.literal(1),
  takenAt: z.iso.datetime(),
  migrations: z
    .array(z.string().regex(/^[a-z0-9_]{1,200}$/))
    .min(1)
    .max(10_000),
  sequences: z.record(name, count),
});

/** Before the rows of a table. */
export const tableBegin = z.object({ table: name, columns: z.array(name).min(1).max(1_000) });

/** After them. */
export const tableEnd = z.object({
  end: name,
  rows: count,
  digest: z.string().regex(/^\d{1,40}$/),
});

/** The last line: a file without it is not whole. */
export const backupEnd = z.object({ tables: count, rows: count });

export type BackupHead = Readonly<z.infer<typeof backupHead>>;
export type TableEnd = Readonly<z.infer<typeof tableEnd>>;
export type BackupEnd = Readonly<z.infer<typeof backupEnd>>;

/** What a backup holds, in the order in which it is written and read. */
export type BackupPart =
  | { readonly kind: "head"; readonly head: BackupHead }
  | { readonly kind: "table"; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: "rows"; readonly rows: readonly string[] }
  | { readonly kind: "tableEnd"; readonly end: TableEnd }
  | { readonly kind: "end"; readonly end: BackupEnd };
