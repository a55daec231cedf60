import { Button, Checkbox, Group, Stack, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { QueuedCreative, ReviewReason } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { FormDialog } from "../ui/FormDialog.tsx";
import { QueryState } from "../ui/states.tsx";
import { useLanguage, useWords } from "../words/language.ts";
import { nameOf } from "./nameOf.ts";
import { keyOf } from "./queue.ts";
import { reviewWords } from "./words.ts";

export interface Rejection {
  readonly reasons: readonly string[];
  readonly note: string | null;
  readonly stopApproved: boolean;
}

interface RejectDialogProps {
  readonly opened: boolean;
  readonly item: QueuedCreative;
  readonly onClose: () => void;
  readonly onReject: (rejection: Rejection) => void;
}

/** Why an ad is refused: codes with their sentences, and words of one's own. */
export function RejectDialog({ opened, item, onClose, onReject }: RejectDialogProps) {
  const t = useWords(reviewWords).reject;
  const query = useQuery({
    ...queryOf("listReviewReasons", {}),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <FormDialog {...{ opened, onClose }} title={t.title(nameOf(item))} size="lg">
      <QueryState query={query}>
        {({ items }) => (
          <RejectForm key={keyOf(item)} reasons={items} {...{ item, onClose, onReject }} />
        )}
      </QueryState>
    </FormDialog>
  );
}

interface RejectFormProps extends Omit<RejectDialogProps, "opened"> {
  readonly reasons: readonly ReviewReason[];
}

function RejectForm({ item, reasons, onClose, onReject }: RejectFormProps) {
  const t = useWords(reviewWords).reject;
  const form = useRejection();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const rejection = form.submit();
    if (rejection !== null) onReject(rejection);
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="lg">
        <Reasons {...{ reasons, form }} />
        <Textarea
          label={t.note}
          description={t.noteHint}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={500}
          value={form.note}
          error={form.isTried && form.needsNote ? t.noteNeeded : null}
          onChange={(event) => form.setNote(event.currentTarget.value)}
        />
        {item.creative.review.approvedVersionShown && (
          <Checkbox
            label={t.stop}
            checked={form.stopApproved}
            onChange={(event) => form.setStopApproved(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" color="red">
            {t.send}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Reasons({
  reasons,
  form,
}: {
  readonly reasons: readonly ReviewReason[];
  readonly form: ReturnType<typeof useRejection>;
}) {
  const t = useWords(reviewWords).reject;
  const language = useLanguage();
  return (
    <Checkbox.Group
      label={t.reasons}
      value={[...form.reasons]}
      error={form.isTried && form.reasons.length === 0 ? t.needed : null}
      onChange={form.setReasons}
    >
      <Stack gap="xs" mt="xs">
        {reasons.map((reason) => (
          <Checkbox key={reason.code} value={reason.code} label={reason[language]} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function useRejection() {
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const [note, setNote] = useState("");
  const [stopApproved, setStopApproved] = useState(false);
  const [isTried, setTried] = useState(false);
  const needsNote = reasons.includes("other") && note.trim() === "";
  return {
    ...{ reasons, setReasons, note, setNote, stopApproved, setStopApproved, isTried, needsNote },
    /** Null = something is missing, and is told. */
    submit(): Rejection | null {
      setTried(true);
      if (reasons.length === 0 || needsNote) return null;
      return { reasons, note: note.trim() === "" ? null : note.trim(), stopApproved };
    },
  };
}
