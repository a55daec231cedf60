import { Select, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { FormButtons } from "./FormButtons.tsx";
import { FormDialog } from "./FormDialog.tsx";
import { ProblemNotice } from "./states.tsx";

/** How long the old secret still counts, in seconds. */
const overlaps = { none: 0, hour: 3_600, day: 86_400, week: 604_800 } as const;
type Overlap = keyof typeof overlaps;

interface RotateDialogProps {
  readonly opened: boolean;
  /** The dialog's title, and its button. */
  readonly title: string;
  readonly text: string;
  readonly keepOld: string;
  readonly overlapNames: Readonly<Record<Overlap, string>>;
  readonly isPending: boolean;
  /** Null = nothing failed. */
  readonly error: unknown;
  readonly onRotate: (overlapSeconds: number) => void;
  readonly onClose: () => void;
}

/** A new secret in place of the old one, which may count for a while yet. */
export function RotateDialog({ opened, title, onClose, ...rest }: RotateDialogProps) {
  return (
    <FormDialog opened={opened} onClose={onClose} title={title}>
      <RotateForm title={title} onClose={onClose} {...rest} />
    </FormDialog>
  );
}

function RotateForm(props: Omit<RotateDialogProps, "opened">) {
  const { title, text, keepOld, overlapNames, isPending, error, onRotate, onClose } = props;
  const [overlap, setOverlap] = useState<Overlap>("day");
  const send = (event: FormEvent) => {
    event.preventDefault();
    onRotate(overlaps[overlap]);
  };
  return (
    <form onSubmit={send}>
      <Stack>
        <Text size="sm">{text}</Text>
        {error !== null && <ProblemNotice error={error} />}
        <Select
          label={keepOld}
          allowDeselect={false}
          value={overlap}
          onChange={(value) => setOverlap((value ?? "day") as Overlap)}
          data={Object.keys(overlaps).map((one) => ({
            value: one,
            label: overlapNames[one as Overlap],
          }))}
        />
        <FormButtons action={title} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
