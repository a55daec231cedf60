import { Table } from "@mantine/core";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import { fieldValue } from "../fieldValue.ts";
import { editWords, fieldWords } from "../words.ts";
import type { FieldDifference } from "./changes.ts";

/** Fields before and after, as people say them. */
export function ChangesTable({ rows }: { readonly rows: readonly FieldDifference[] }) {
  const t = useWords(editWords).history;
  const { names, values } = useWords(fieldWords);
  const format = useFormat();
  const known: Readonly<Record<string, string>> = names;
  const tell = (field: string, value: unknown) => fieldValue(field, value, values, format);
  return (
    <div className={classes.scroll}>
      <Table layout="fixed" miw={360}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t.field}</Table.Th>
            <Table.Th scope="col">{t.before}</Table.Th>
            <Table.Th scope="col">{t.after}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Th scope="row">{known[field] ?? field}</Table.Th>
              <Table.Td c="dimmed">{tell(field, before)}</Table.Td>
              <Table.Td>{tell(field, after)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
