import { NumberInput, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import { useNumberMarks } from "../ui/numberMarks.ts";
import { useWords } from "../words/language.ts";
import type { SspFormState } from "./useSspForm.ts";
import { sspsWords } from "./words.ts";

interface FieldsProps {
  readonly form: SspFormState;
}

export function Numbers({ form }: FieldsProps) {
  const t = useWords(sspsWords).form;
  const props = form.getInputProps;
  const marks = useNumberMarks();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <NumberInput {...props("qpsLimit")} label={t.qpsLimit} {...marks} min={1} />
      <NumberInput
        {...props("marginPercent")}
        label={t.margin}
        description={t.marginHint}
        min={0}
        {...marks}
        decimalScale={1}
        suffix={t.percent}
        inputWrapperOrder={["label", "input", "description", "error"]}
      />
      <NumberInput {...props("deadlineMs")} label={t.deadline} suffix={t.milliseconds} />
      <NumberInput {...props("networkMs")} label={t.network} suffix={t.milliseconds} />
      <NumberInput {...props("holdSeconds")} label={t.hold} suffix={t.seconds} />
      <TextInput {...props("seat")} label={t.seat} />
    </SimpleGrid>
  );
}

export function Lists({ form }: FieldsProps) {
  const t = useWords(sspsWords).form;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TagsInput
        {...form.getInputProps("currencies")}
        label={t.currencies}
        description={t.currenciesHint}
        data={["EUR", "USD", "GBP", "CHF"]}
      />
      <TagsInput
        {...form.getInputProps("addresses")}
        label={t.addresses}
        description={t.addressesHint}
        acceptValueOnBlur
      />
    </SimpleGrid>
  );
}
