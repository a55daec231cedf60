import { Button, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useId } from "react";
import { useEuroMarks } from "../ui/numberMarks.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { dailyMicros } from "./bodyOfDraft.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import { addDays, daysBetween } from "./draft.ts";
import { Levers } from "./Levers.tsx";
import { createWords } from "./words.ts";

const presetsMicros = [20, 50, 100, 200, 500].map((euros) => euros * 1_000_000);

/** How much, and when. */
export function BudgetStep() {
  return (
    <Stack gap="lg">
      <AmountField />
      <DatesField />
      <Levers />
    </Stack>
  );
}

function AmountField() {
  const t = useWords(createWords).budget;
  const format = useFormat();
  const marks = useEuroMarks();
  const labelId = useId();
  const { draft, change, errorAt, touch } = useCreating();
  const { budgetMicros } = draft;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500} id={labelId}>
        {t.total}
      </Text>
      <fieldset className={classes.presets} aria-label={t.presets}>
        {presetsMicros.map((micros) => (
          <Button
            key={micros}
            variant={micros === budgetMicros ? "filled" : "default"}
            aria-pressed={micros === budgetMicros}
            onClick={() => change({ budgetMicros: micros })}
          >
            {format.euros(micros)}
          </Button>
        ))}
      </fieldset>
      <NumberInput
        label={t.own}
        data-field="budget"
        size="md"
        value={budgetMicros === null ? "" : budgetMicros / 1_000_000}
        onChange={(value) =>
          change({ budgetMicros: value === "" ? null : Math.round(Number(value) * 100) * 10_000 })
        }
        onBlur={() => touch("budget")}
        error={errorAt("budget")}
        min={0}
        max={1_000_000}
        clampBehavior="none"
        {...marks}
        decimalScale={2}
        hideControls
      />
      <Text size="sm" c="dimmed">
        {budgetMicros !== null &&
          budgetMicros > 0 &&
          `${t.daily(format.money(dailyMicros(draft)))} `}
        {t.tax}
      </Text>
    </Stack>
  );
}

const durations = [
  ["week", 7],
  ["fortnight", 14],
  ["month", 30],
] as const;

function DatesField() {
  const t = useWords(createWords).budget;
  const { draft, change, today } = useCreating();
  const { startsOn, endsOn } = draft;
  const days = daysBetween(startsOn, endsOn);
  /** A later beginning moves the end along. */
  const begin = (day: string) =>
    change({ startsOn: day, ...(day > endsOn ? { endsOn: addDays(day, 13) } : {}) });
  return (
    <Stack gap="xs">
      <SimpleGrid cols={2} spacing="sm">
        <DayField field="startsOn" label={t.startsOn} least={today} onDay={begin} />
        <DayField
          field="endsOn"
          label={t.endsOn}
          least={startsOn}
          onDay={(day) => change({ endsOn: day })}
        />
      </SimpleGrid>
      <Group gap="xs" role="group" aria-label={t.durations}>
        {durations.map(([name, count]) => (
          <Button
            key={name}
            size="xs"
            variant={days === count ? "light" : "default"}
            aria-pressed={days === count}
            disabled={startsOn === ""}
            onClick={() => change({ endsOn: addDays(startsOn, count - 1) })}
          >
            {t[name]}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}

interface DayFieldProps {
  readonly field: "startsOn" | "endsOn";
  readonly label: string;
  readonly least: string;
  readonly onDay: (day: string) => void;
}

function DayField({ field, label, least, onDay }: DayFieldProps) {
  const { draft, errorAt, touch } = useCreating();
  return (
    <TextInput
      type="date"
      size="md"
      data-field={field}
      label={label}
      value={draft[field]}
      min={least}
      onChange={(event) => onDay(event.currentTarget.value)}
      onBlur={() => touch(field)}
      error={errorAt(field)}
    />
  );
}
