import { Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useMe } from "../api/session.ts";
import { SignInForm } from "../signin/SignInForm.tsx";
import { signInWords } from "../signin/words.ts";
import { useWords } from "../words/language.ts";

/** The sign-in over a page whose session has ended: what stands in the page's fields stays there. */
export function SessionDialog() {
  const t = useWords(signInWords);
  const me = useMe();
  const queryClient = useQueryClient();
  const goOn = (userId: number) => {
    // Somebody else must not see what the last person's page still holds.
    if (userId !== me.user?.userId) location.reload();
    else void queryClient.invalidateQueries();
  };
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t.expired.title}
      centered
    >
      <Text size="sm" c="dimmed" mb="md">
        {t.expired.text}
      </Text>
      <SignInForm email={me.user?.email ?? ""} onSignedIn={goOn} />
    </Modal>
  );
}
