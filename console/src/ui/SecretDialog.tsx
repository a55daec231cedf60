import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { CopyField } from "./CopyField.tsx";

interface SecretDialogProps {
  /** Null = closed. */
  readonly secret: string | null;
  readonly title: string;
  /** What to do with it, now. */
  readonly text: string;
  /** Names the field; left out: the title. */
  readonly label?: string | undefined;
  /** The button that closes, in the words of whoever has kept it. */
  readonly done: string;
  readonly onClose: () => void;
}

/** A secret, this once: it closes only by the button, so that nobody loses it by a stray click. */
export function SecretDialog({ secret, title, text, label, done, onClose }: SecretDialogProps) {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      centered
      size="lg"
    >
      <Stack>
        <Text size="sm">{text}</Text>
        <CopyField label={label ?? title} value={secret ?? ""} />
        <Group justify="flex-end" mt="sm">
          <Button variant="default" onClick={onClose}>
            {done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
