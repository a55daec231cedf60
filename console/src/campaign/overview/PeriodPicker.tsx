import { Group, SegmentedControl, TextInput } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useWords } from "../../words/language.ts";
import { campaignWords } from "../words.ts";
import { type Period, type PeriodName, periodNameOf, periodNames, periodOf } from "./period.ts";

export interface ChosenPeriod {
  readonly name: PeriodName;
  readonly period: Period;
  readonly choose: (name: PeriodName, typed?: Partial<Period>) => void;
}

/** The period, as the address says it: it can be kept and sent. */
export function usePeriod(today: string, startsOn: string): ChosenPeriod {
  const [params, setParams] = useSearchParams();
  const name = periodNameOf(params.get("period"));
  const typed = { from: params.get("from") ?? undefined, to: params.get("to") ?? undefined };
  const period = periodOf(name, today, startsOn, {
    ...(typed.from === undefined ? {} : { from: typed.from }),
    ...(typed.to === undefined ? {} : { to: typed.to }),
  });
  const choose = (next: PeriodName, dates: Partial<Period> = {}) =>
    setParams(next === "custom" ? { period: next, ...period, ...dates } : { period: next }, {
      replace: true,
      preventScrollReset: true,
    });
  return { name, period, choose };
}

/** Today, a week, a month, all, or two dates. */
export function PeriodPicker({ name, period, choose, today }: ChosenPeriod & { today: string }) {
  const t = useWords(campaignWords).period;
  return (
    <Group gap="md" role="group" aria-label={t.label}>
      <SegmentedControl
        aria-label={t.label}
        value={name}
        onChange={(value) => choose(periodNameOf(value))}
        data={periodNames.map((value) => ({ value, label: t[value] }))}
      />
      {name === "custom" && (
        <Group gap="xs">
          <DayInput
            label={t.from}
            day={period.from}
            {...{ today }}
            onDay={(from) => choose(name, { from })}
          />
          <DayInput
            label={t.to}
            day={period.to}
            {...{ today }}
            onDay={(to) => choose(name, { to })}
          />
        </Group>
      )}
    </Group>
  );
}

interface DayInputProps {
  readonly label: string;
  readonly day: string;
  readonly today: string;
  readonly onDay: (day: string) => void;
}

function DayInput({ label, day, today, onDay }: DayInputProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      value={day}
      max={today}
      onChange={({ currentTarget }) => currentTarget.value !== "" && onDay(currentTarget.value)}
    />
  );
}
