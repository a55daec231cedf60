import { Stack, TextInput } from "@mantine/core";
import type { Segment } from "../../../sdk/src/generated.ts";
import { EditDialog } from "../ui/EditDialog.tsx";
import type { Edited } from "../ui/EditedList.tsx";
import { FormButtons } from "../ui/FormButtons.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { useSegmentForm } from "./useSegmentForm.ts";
import { segmentsWords } from "./words.ts";

interface SegmentDialogProps {
  readonly edited: Edited<Segment>;
  readonly onClose: () => void;
}

/** A new audience, or another name for one. */
export function SegmentDialog({ edited, onClose }: SegmentDialogProps) {
  const t = useWords(segmentsWords);
  return (
    <EditDialog
      {...{ edited, onClose }}
      titles={{ create: t.form.createTitle, change: t.renameTitle }}
    >
      {(segment) => <SegmentForm {...{ segment, onClose }} />}
    </EditDialog>
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
        <FormButtons
          action={segment === null ? t.create : t.save}
          isPending={isPending}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
