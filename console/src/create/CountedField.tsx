import { Group, Text, Textarea, TextInput, VisuallyHidden } from "@mantine/core";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { useCreating } from "./creating.ts";
import { lengthOf } from "./problemsOfDraft.ts";
import { createWords } from "./words.ts";

interface CountedFieldProps {
  readonly field: "title" | "text" | "callToAction";
  readonly label: string;
  readonly most: number;
  readonly rows?: number;
}

/** A text of the ad with its limit beside it. What is too long may be written, and is said. */
export function CountedField({ field, label, most, rows }: CountedFieldProps) {
  const { draft, change, errorAt, touch, problems } = useCreating();
  const value = draft.ad[field];
  const isLong = problems[field] === "tooLong";
  const shared = {
    label: <CountedLabel {...{ label, most, isLong }} count={lengthOf(value)} />,
    labelProps: { style: { display: "block" } },
    "aria-label": label,
    "data-field": field,
    size: "md",
    value,
    error: errorAt(field) ?? isLong,
    onBlur: () => touch(field),
  } as const;
  const write = (text: string) => change({ ad: { ...draft.ad, [field]: text } });
  if (rows === undefined)
    return <TextInput {...shared} onChange={(event) => write(event.currentTarget.value)} />;
  return (
    <Textarea
      {...shared}
      rows={rows}
      onChange={(event) => write(oneLine(event.currentTarget.value))}
    />
  );
}

/** The server takes lines: what was pasted of several becomes one. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, " ");

function CountedLabel({
  label,
  count,
  most,
  isLong,
}: {
  readonly label: string;
  readonly count: number;
  readonly most: number;
  readonly isLong: boolean;
}) {
  const t = useWords(createWords).ad;
  const format = useFormat();
  const told = [format.number(count), format.number(most)] as const;
  return (
    <Group component="span" justify="space-between" wrap="nowrap">
      <span>{label}</span>
      <Text component="span" size="xs" c={isLong ? "var(--mantine-color-error)" : "dimmed"}>
        <span aria-hidden>{t.count(...told)}</span>
        <VisuallyHidden>{t.countSpoken(...told)}</VisuallyHidden>
      </Text>
    </Group>
  );
}
