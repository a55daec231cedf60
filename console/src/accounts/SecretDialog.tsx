import { Button, Group, Modal, Text } from "@mantine/core";
import { CopyField } from "../ui/CopyField.tsx";
import { useWords } from "../words/language.ts";
import { accountsWords } from "./words.ts";

interface SecretDialogProps {
  /** Null = closed. */
  readonly secret: string | null;
  readonly onClose: () => void;
}

/** A key's secret, this once: it closes only by the button, so that nobody loses it by a stray click. */
export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  const t = useWords(accountsWords).keys;
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={t.secretTitle}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      centered
      size="lg"
    >
      <Text size="sm" mb="md">
        {t.secretText}
      </Text>
      {secret !== null && <CopyField label={t.secretTitle} value={secret} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t.done}
        </Button>
      </Group>
    </Modal>
  );
}
