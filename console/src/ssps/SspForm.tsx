import { Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import type { Ssp } from "../../../sdk/src/generated.ts";
import { ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { Lists, Numbers } from "./SspFields.tsx";
import classes from "./ssps.module.css";
import { type SspFormState, useSspForm } from "./useSspForm.ts";
import { sspsWords } from "./words.ts";

interface SspFormProps {
  /** Null = a new one. */
  readonly ssp: Ssp | null;
  /** Told of a new SSP's key; null = it has none. */
  readonly onCreated?: (name: string, key: string | null) => void;
}

/** The settings of an SSP. What the API refuses stands beside its field. */
export function SspForm({ ssp, onCreated = () => undefined }: SspFormProps) {
  const t = useWords(sspsWords).form;
  const { form, save, rest, isPending, error } = useSspForm(ssp, onCreated);
  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit(save)}>
      <Stack gap="lg">
        {error !== null && <ProblemNotice error={error} />}
        {rest.map((sentence) => (
          <Text key={sentence} c="red" size="sm" role="alert">
            {sentence}
          </Text>
        ))}
        {ssp === null && (
          <TextInput
            {...form.getInputProps("name")}
            label={t.name}
            description={t.nameHint}
            required
          />
        )}
        <Numbers form={form} />
        <Lists form={form} />
        <Choices form={form} />
        <Group>
          <Button type="submit" loading={isPending}>
            {ssp === null ? t.send : t.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Choices({ form }: { readonly form: SspFormState }) {
  const t = useWords(sspsWords).form;
  const box = (name: "keyed" | "openToBrowsers" | "wantsNoBidReasons" | "isShaded") => (
    <Checkbox
      {...form.getInputProps(name, { type: "checkbox" })}
      label={name === "isShaded" ? t.shading : t[name]}
    />
  );
  return (
    <>
      <Stack gap="sm">
        {box("keyed")}
        {box("openToBrowsers")}
        {box("wantsNoBidReasons")}
        {box("isShaded")}
      </Stack>
      <div>
        <Text size="sm" fw={500} mb={4} id="billed-by">
          {t.billedBy}
        </Text>
        <SegmentedControl
          {...form.getInputProps("billedBy")}
          aria-labelledby="billed-by"
          data={["burl", "nurl"]}
        />
      </div>
      <TextInput {...form.getInputProps("syncUrl")} label={t.syncUrl} type="url" />
    </>
  );
}
