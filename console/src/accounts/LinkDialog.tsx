import { Modal, Text } from "@mantine/core";
import type { InvitedUser } from "../../../sdk/src/generated.ts";
import { CopyField } from "../ui/CopyField.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { accountsWords } from "./words.ts";

interface LinkDialogProps {
  /** Null = closed. */
  readonly invited: InvitedUser | null;
  readonly onClose: () => void;
}

/** The link of an invitation, to pass on: the server keeps its hash only. */
export function LinkDialog({ invited, onClose }: LinkDialogProps) {
  const t = useWords(accountsWords).people;
  const { close } = useWords(uiWords);
  return (
    <Modal
      opened={invited !== null}
      onClose={onClose}
      title={t.linkTitle}
      closeOnClickOutside={false}
      centered
      closeButtonProps={{ "aria-label": close }}
    >
      {invited !== null && (
        <>
          <Text size="sm" mb="md">
            {t.linkText(invited.name)}
          </Text>
          <CopyField label={t.link} value={invitationLink(invited.invitationToken)} />
        </>
      )}
    </Modal>
  );
}

const invitationLink = (token: string): string => `${location.origin}/console/invitation#${token}`;
