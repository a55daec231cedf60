import { Checkbox, Drawer, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import type { Placement, Site } from "../../../sdk/src/generated.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { FloorAndSizes, Limits } from "./PlacementFields.tsx";
import type { Opened } from "./PlacementsPage.tsx";
import { type PlacementFormState, usePlacementForm } from "./usePlacementForm.ts";
import { placementsWords } from "./words.ts";

interface PlacementDrawerProps {
  readonly opened: Extract<Opened, { kind: "placement" }> | null;
  readonly sites: readonly Site[];
  readonly onClose: () => void;
}

/** A placement's fields beside the list. */
export function PlacementDrawer({ opened, sites, onClose }: PlacementDrawerProps) {
  const t = useWords(placementsWords).form;
  const ui = useWords(uiWords);
  const code = opened?.placement?.code;
  return (
    <Drawer
      opened={opened !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={code === undefined ? t.createTitle : t.editTitle(code)}
      closeButtonProps={{ "aria-label": ui.close }}
    >
      {opened !== null && <PlacementForm {...opened} {...{ sites, onClose }} />}
    </Drawer>
  );
}

interface PlacementFormProps extends Omit<PlacementDrawerProps, "opened"> {
  readonly placement: Placement | null;
  readonly site: Site | null;
}

function PlacementForm({ placement, site, sites, onClose }: PlacementFormProps) {
  const t = useWords(placementsWords).form;
  const siteId = site?.siteId ?? null;
  const { form, save, error, rest, isPending } = usePlacementForm(placement, siteId, onClose);
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack gap="lg">
        {error !== null && <ProblemNotice error={error} />}
        {rest.map((sentence) => (
          <Text key={sentence} c="red" size="sm" role="alert">
            {sentence}
          </Text>
        ))}
        <Select
          {...form.getInputProps("siteId")}
          label={t.site}
          data={sites.map((one) => ({ value: String(one.siteId), label: one.name }))}
          allowDeselect={false}
          disabled={placement !== null}
        />
        <TextInput
          {...form.getInputProps("code")}
          label={t.code}
          description={t.codeHint}
          required
          data-autofocus
        />
        <Formats form={form} />
        <FloorAndSizes form={form} />
        <Limits form={form} />
        <FormButtons
          action={placement === null ? t.create : t.save}
          isPending={isPending}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}

const formats = ["native", "image", "html"] as const;

function Formats({ form }: { readonly form: PlacementFormState }) {
  const t = useWords(placementsWords);
  return (
    <Checkbox.Group {...form.getInputProps("formats")} label={t.form.formats}>
      <Group mt="xs">
        {formats.map((one) => (
          <Checkbox key={one} value={one} label={t.formats[one]} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
