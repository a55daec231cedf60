import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { CopyField } from "../ui/CopyField.tsx";
import { useWords } from "../words/language.ts";
import { sspsWords } from "./words.ts";

interface KeyDialogProps {
  /** Null = closed. */
  readonly sspKey: string | null;
  readonly onClose: () => void;
}

/** A key, once: only the button closes it. */
export function KeyDialog({ sspKey, onClose }: KeyDialogProps) {
  const t = useWords(sspsWords).endpoint;
  return (
    <Modal
      opened={sspKey !== null}
      onClose={onClose}
      title={t.newKey}
      centered
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text size="sm">{t.newKeyText}</Text>
        <CopyField label={t.newKey} value={sspKey ?? ""} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
