import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useFormat } from "../ui/useFormat.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import classes from "./campaigns.module.css";
import { type ComparedField, conflictsOf, type FieldConflict } from "./conflict.ts";
import type { ListProps } from "./listProps.ts";
import { toRow } from "./rows.ts";
import type { Conflict } from "./useChangeRow.ts";
import { campaignsWords } from "./words.ts";

interface ConflictDialogProps {
  readonly conflict: Conflict | null;
  readonly onClose: () => void;
  readonly onApply: ListProps["onChange"];
}

/** Somebody was quicker: both versions side by side, and which one is to stand. */
export function ConflictDialog({ conflict, onClose, onApply }: ConflictDialogProps) {
  const t = useWords(campaignsWords).conflict;
  const { close } = useWords(uiWords);
  return (
    <Modal
      opened={conflict !== null}
      onClose={onClose}
      title={t.title}
      closeButtonProps={{ "aria-label": close }}
      size="lg"
    >
      {conflict !== null && <Versions {...{ conflict, onClose, onApply }} />}
    </Modal>
  );
}

interface VersionsProps extends Omit<ConflictDialogProps, "conflict"> {
  readonly conflict: Conflict;
}

function Versions({ conflict, onClose, onApply }: VersionsProps) {
  const t = useWords(campaignsWords).conflict;
  const format = useFormat();
  const { row, wanted, theirs, by, onDone } = conflict;
  const hasEnded = theirs.status === "ended";
  const apply = () => {
    onClose();
    onApply({ row: toRow(theirs), wanted, onDone });
  };
  return (
    <Stack gap="md">
      <div>
        <Text fw={600}>{row.name}</Text>
        <Text size="sm">{t.intro}</Text>
      </div>
      {by !== null && (
        <Text size="sm" c="dimmed">
          {t.who(by.name, format.relative(by.at, Date.now()))}
        </Text>
      )}
      <Comparison conflicts={conflictsOf(row, wanted, theirs)} />
      {hasEnded && <Text size="sm">{t.ended}</Text>}
      <Group justify="flex-end">
        <Button variant={hasEnded ? "filled" : "default"} onClick={onClose} data-autofocus>
          {t.keepTheirs}
        </Button>
        {!hasEnded && <Button onClick={apply}>{t.useMine}</Button>}
      </Group>
    </Stack>
  );
}

function Comparison({ conflicts }: { readonly conflicts: readonly FieldConflict[] }) {
  const t = useWords(campaignsWords).conflict;
  const show = useShow();
  return (
    <table className={classes.versions}>
      <thead>
        <tr>
          {[t.field, t.before, t.mine, t.theirs].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {conflicts.map(({ field, before, mine, theirs }) => (
          <tr key={field}>
            <th scope="row">{t.fields[field]}</th>
            <td>{show(field, before)}</td>
            <td data-changed={mine !== before}>{show(field, mine)}</td>
            <td data-changed={theirs !== before}>{show(field, theirs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A field's value as people read it. */
function useShow() {
  const t = useWords(campaignsWords);
  const format = useFormat();
  return (field: ComparedField, value: FieldConflict["mine"]): string => {
    if (value === null) return t.conflict.none;
    if (typeof value === "number") return format.money(value);
    if (field === "startsOn" || field === "endsOn") return format.day(value);
    if (field !== "status") return value;
    const known = Object.entries(t.statuses).find(([status]) => status === value);
    return known?.[1] ?? value;
  };
}
