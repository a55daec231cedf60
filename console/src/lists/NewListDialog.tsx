import { Checkbox, Modal, Radio, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import { FormButtons } from "../ui/FormButtons.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { FileField } from "./FileField.tsx";
import { latestExpiry } from "./listLife.ts";
import { UploadView } from "./UploadView.tsx";
import { type ListValues, useListForm } from "./useListForm.ts";
import { useListUpload } from "./useListUpload.ts";
import { listsWords } from "./words.ts";

interface NewListDialogProps {
  readonly advertiserId: number;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A new list: what it is, what is attested of it, its file; then how far the file is. */
export function NewListDialog({ advertiserId, opened, onClose }: NewListDialogProps) {
  const t = useWords(listsWords);
  const { close } = useWords(uiWords);
  const upload = useListUpload();
  const [isSent, setSent] = useState(false);
  const isRunning = upload.state.kind === "running";
  const leave = () => {
    if (isRunning) return;
    setSent(false);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={leave}
      withCloseButton={!isRunning}
      title={t.form.title}
      size="lg"
      centered
      closeButtonProps={{ "aria-label": close }}
    >
      {isSent ? (
        <UploadView upload={upload} onClose={leave} />
      ) : (
        <NewListForm
          advertiserId={advertiserId}
          onCancel={leave}
          onMade={(list, file) => {
            setSent(true);
            upload.start({ list, file, replaces: true });
          }}
        />
      )}
    </Modal>
  );
}

interface NewListFormProps {
  readonly advertiserId: number;
  readonly onMade: Parameters<typeof useListForm>[1];
  readonly onCancel: () => void;
}

function NewListForm({ advertiserId, onMade, onCancel }: NewListFormProps) {
  const t = useWords(listsWords);
  const { form, save, error, rest, isPending } = useListForm(advertiserId, onMade);
  const file = form.getInputProps("file");
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack gap="lg">
        {error !== null && <ProblemNotice error={error} />}
        {rest.length > 0 && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {rest.join(" ")}
          </Text>
        )}
        <TextInput
          {...form.getInputProps("name")}
          label={t.form.name}
          description={t.form.nameHint}
          maxLength={200}
          data-autofocus
        />
        <Radio.Group {...form.getInputProps("identifier")} label={t.form.identifier}>
          <Stack gap="xs" mt="xs">
            <Radio value="email_sha256" label={t.identifiers.email_sha256} />
            <Radio value="id_sha256" label={t.identifiers.id_sha256} />
          </Stack>
        </Radio.Group>
        <FileField
          kind={form.values.identifier}
          value={form.values.file}
          error={file.error}
          onChange={(value) => form.setFieldValue("file", value)}
        />
        <Dates form={form} />
        <Attests form={form} />
        <FormButtons action={t.form.create} isPending={isPending} onCancel={onCancel} />
      </Stack>
    </form>
  );
}

interface PartProps {
  readonly form: UseFormReturnType<ListValues>;
}

function Dates({ form }: PartProps) {
  const t = useWords(listsWords).form;
  const { collectedOn, expiresOn } = form.values;
  const collect = (day: string) => {
    form.setFieldValue("collectedOn", day);
    if (expiresOn === "") form.setFieldValue("expiresOn", latestExpiry(day));
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
      <TextInput
        {...form.getInputProps("collectedOn")}
        type="date"
        label={t.collectedOn}
        description={t.collectedHint}
        onChange={(event) => collect(event.currentTarget.value)}
      />
      <TextInput
        {...form.getInputProps("expiresOn")}
        type="date"
        label={t.expiresOn}
        description={t.expiresHint}
        max={latestExpiry(collectedOn)}
      />
    </SimpleGrid>
  );
}

/** What whoever brings a list answers for. */
function Attests({ form }: PartProps) {
  const t = useWords(listsWords).form;
  return (
    <Checkbox.Group label={t.attests} description={t.attestsHint}>
      <Stack gap="sm" mt="xs">
        {(["consent", "adultsOnly", "noSpecialCategories"] as const).map((name) => (
          <Checkbox
            key={name}
            {...form.getInputProps(name, { type: "checkbox" })}
            label={t[name]}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
