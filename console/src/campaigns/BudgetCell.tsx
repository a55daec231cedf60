import { PencilSquareIcon } from "@heroicons/react/24/outline";
import {
  Button,
  Group,
  Popover,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { toastDone } from "../ui/toasts.ts";
import { useFormat } from "../ui/useFormat.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import type { BudgetField } from "./bulkPlan.ts";
import classes from "./campaigns.module.css";
import type { ListProps } from "./listProps.ts";
import { isChangeable, type Row } from "./rows.ts";
import { readEuros } from "./told.ts";
import { campaignsWords } from "./words.ts";

interface BudgetCellProps extends Pick<ListProps, "mayWrite" | "onChange"> {
  readonly row: Row;
}

/** The daily budget, or the total where there is no other; a click changes it. */
export function BudgetCell({ row, mayWrite, onChange }: BudgetCellProps) {
  const t = useWords(campaignsWords);
  const [isOpen, setOpen] = useState(false);
  const field = row.dailyBudgetMicros === null ? "totalBudgetMicros" : "dailyBudgetMicros";
  const micros = row[field];
  if (micros === null)
    return (
      <Text size="sm" c="dimmed">
        {t.noBudget}
      </Text>
    );
  const amount = <Amount micros={micros} field={field} />;
  if (!mayWrite || !isChangeable(row)) return amount;
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      trapFocus
      returnFocus
      position="bottom-start"
      shadow="md"
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.editable}
          data-control="budget"
          onClick={() => setOpen(true)}
        >
          <span>{amount}</span>
          <VisuallyHidden>{t.editBudget(row.name)}</VisuallyHidden>
          <PencilSquareIcon width={16} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <BudgetForm {...{ row, field, micros, onChange }} onClose={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Amount({ micros, field }: { readonly micros: number; readonly field: BudgetField }) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  return (
    <>
      <Text size="sm" component="span" display="block">
        {format.money(micros)}
      </Text>
      <Text size="xs" c="dimmed" component="span" display="block">
        {field === "dailyBudgetMicros" ? t.perDay : t.inAll}
      </Text>
    </>
  );
}

interface BudgetFormProps extends Pick<ListProps, "onChange"> {
  readonly row: Row;
  readonly field: BudgetField;
  readonly micros: number;
  readonly onClose: () => void;
}

function BudgetForm({ row, field, micros, onChange, onClose }: BudgetFormProps) {
  const t = useWords(campaignsWords).budget;
  const ui = useWords(uiWords);
  const format = useFormat();
  const [text, setText] = useState(() => format.money(micros).replace(/[\s\u00a0€]/gu, ""));
  const [isTried, setTried] = useState(false);
  const wanted = readEuros(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wanted === null) return;
    onClose();
    if (wanted === micros) return;
    const onDone = () => toastDone(t.saved(row.name, format.money(wanted)));
    onChange({ row, wanted: { [field]: wanted }, onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={field === "dailyBudgetMicros" ? t.daily : t.total}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          inputMode="decimal"
          rightSection="€"
          data-autofocus
          error={isTried && wanted === null ? t.invalid : null}
          w={220}
        />
        <Group gap="xs" justify="flex-end">
          <Button size="xs" variant="default" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button size="xs" type="submit">
            {ui.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
