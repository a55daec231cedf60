import { FileInput } from "@mantine/core";
import { useWords } from "../words/language.ts";
import type { IdentifierKind } from "./listFile.ts";
import { listsWords } from "./words.ts";

interface FileFieldProps {
  readonly kind: IdentifierKind;
  readonly value: File | null;
  readonly error?: string | undefined;
  readonly onChange: (file: File | null) => void;
}

/** The file with the customers; what is in it is hashed before anything is sent. */
export function FileField({ kind, value, error, onChange }: FileFieldProps) {
  const t = useWords(listsWords).file;
  return (
    <FileInput
      label={t.label}
      description={t.hints[kind]}
      placeholder={t.choose}
      accept=".csv,.txt,.ndjson,text/csv,text/plain"
      clearable
      clearButtonProps={{ "aria-label": t.clear }}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}
