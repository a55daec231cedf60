import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import type { Segment } from "../../../sdk/src/generated.ts";
import { ProblemNotice } from "../ui/states.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { useSegmentForm } from "./useSegmentForm.ts";
import { segmentsWords } from "./words.ts";

interface SegmentDialogProps {
  /** Null = closed. */
  readonly edited: Segment | "new" | null;
  readonly onClose: () => void;
}

/** A new audience, or another name for one. */
export function SegmentDialog({ edited, onClose }: SegmentDialogProps) {
  const t = useWords(segmentsWords);
  const ui = useWords(uiWords);
  return (
    <Modal
      opened={edited !== null}
      onClose={onClose}
      title={edited === "new" ? t.form.createTitle : t.renameTitle}
      closeButtonProps={{ "aria-label": ui.close }}
    >
      {edited !== null && (
        <SegmentForm segment={edited === "new" ? null : edited} onClose={onClose} />
      )}
    </Modal>
  );
}

interface SegmentFormProps {
  readonly segment: Segment | null;
  readonly onClose: () => void;
}

function SegmentForm({ segment, onClose }: SegmentFormProps) {
  const t = useWords(segmentsWords).form;
  const { form, save, error, isPending } = useSegmentForm(segment, onClose);
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack gap="lg">
        {error !== null && <ProblemNotice error={error} />}
        <TextInput
          {...form.getInputProps("name")}
          label={t.name}
          description={t.nameHint}
          required
          data-autofocus
        />
        {segment === null && (
          <TextInput
            {...form.getInputProps("slug")}
            label={t.slug}
            description={t.slugHint}
            required
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" loading={isPending}>
            {segment === null ? t.create : t.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
