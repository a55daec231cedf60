import { NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Creative } from "../types.ts";
import { editWords } from "../words.ts";
import { textFields } from "./creativeForm.ts";
import type { CreativeFormState } from "./useCreativeForm.ts";

interface FieldsProps {
  readonly creative: Creative;
  readonly state: CreativeFormState;
}

/** Texts by the creative's format, and what all have. */
export function CreativeFields({ creative, state }: FieldsProps) {
  const t = useWords(editWords).creatives;
  const { number } = useFormat();
  const { form, set, errors } = state;
  const fields: Readonly<Record<string, string | undefined>> = errors.fields;
  return (
    <>
      <div className={classes.columns}>
        {textFields[creative.format].map(({ name, most }) => {
          const Field = most > 60 ? Textarea : TextInput;
          return (
            <Field
              key={name}
              label={t.fields[name]}
              description={t.left(number(most - [...form[name]].length))}
              value={form[name]}
              error={fields[name]}
              onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
            />
          );
        })}
        <TextInput
          type="url"
          label={t.landingUrl}
          value={form.landingUrl}
          error={fields.landingUrl}
          onChange={({ currentTarget }) => set({ landingUrl: currentTarget.value })}
        />
        <NumberInput
          label={t.weight}
          description={t.weightHint}
          min={1}
          max={100}
          value={form.weight}
          error={fields.weight}
          onChange={(value) => set({ weight: typeof value === "number" ? value : "" })}
        />
      </div>
      <Switch
        label={t.active}
        checked={form.active}
        onChange={({ currentTarget }) => set({ active: currentTarget.checked })}
      />
    </>
  );
}
