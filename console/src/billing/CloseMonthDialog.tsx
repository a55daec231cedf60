import { Button, Group, Progress, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { lastMonths } from "./months.ts";
import { type Closing, useCloseMonth } from "./useCloseMonth.ts";
import { billingWords } from "./words.ts";

interface CloseMonthDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Issues the documents of a month that is over, part by part; between two it can be stopped. */
export function CloseMonthDialog({ opened, onClose }: CloseMonthDialogProps) {
  const t = useWords(billingWords).close;
  const closing = useCloseMonth();
  const leave = () => {
    closing.stop();
    onClose();
  };
  return (
    <FormDialog opened={opened} onClose={leave} title={t.title}>
      <CloseMonthForm closing={closing} onClose={leave} />
    </FormDialog>
  );
}

interface CloseMonthFormProps {
  readonly closing: Closing;
  readonly onClose: () => void;
}

function CloseMonthForm({ closing, onClose }: CloseMonthFormProps) {
  const t = useWords(billingWords).close;
  const ui = useWords(uiWords);
  const format = useFormat();
  const months = lastMonths(new Date(), 13).slice(1);
  const [month, setMonth] = useState(months[0] ?? "");
  const { state } = closing;
  const isRunning = state.kind === "running";
  return (
    <Stack>
      <Text size="sm">{t.text}</Text>
      <Select
        label={t.month}
        value={month}
        allowDeselect={false}
        disabled={isRunning}
        onChange={(value) => setMonth(value ?? month)}
        data={months.map((one) => ({ value: one, label: format.month(one) }))}
      />
      <Outcome state={state} />
      <Group justify="flex-end" mt="sm">
        <Button variant="default" onClick={isRunning ? closing.stop : onClose}>
          {isRunning ? t.stop : ui.close}
        </Button>
        <Button loading={isRunning} onClick={() => void closing.start(month)}>
          {t.go}
        </Button>
      </Group>
    </Stack>
  );
}

function Outcome({ state }: { readonly state: Closing["state"] }) {
  const t = useWords(billingWords).close;
  const { number } = useFormat();
  if (state.kind === "idle") return null;
  if (state.kind === "failed")
    return state.error instanceof AtelierProblem && state.error.code === "conflict" ? (
      <Text size="sm" c="red" role="alert">
        {t.refused}
      </Text>
    ) : (
      <ProblemNotice error={state.error} />
    );
  const count = number(state.issued);
  return (
    <div role="status">
      {state.kind === "running" && <Progress value={100} animated aria-label={t.running(count)} />}
      <Text size="sm" mt={6}>
        {t[state.kind](count)}
      </Text>
    </div>
  );
}
