import { Button, Group, Modal, Text } from "@mantine/core";
import { useWords } from "../words/language.ts";
import { uiWords } from "./words.ts";

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** What will come of it. */
  readonly text: string;
  /** The button that does it, in the words of what it does. */
  readonly action: string;
  readonly isPending: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before what cannot be undone. */
export function ConfirmDialog({
  opened,
  title,
  text,
  action,
  isPending,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const t = useWords(uiWords);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": t.close }}
    >
      <Text size="sm">{text}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.cancel}
        </Button>
        <Button color="red" loading={isPending} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
