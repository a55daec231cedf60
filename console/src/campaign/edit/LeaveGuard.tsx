import { Button, Group, Modal, Text } from "@mantine/core";
import { useEffect } from "react";
import { useBlocker } from "react-router";
import { uiWords } from "../../ui/words.ts";
import { useWords } from "../../words/language.ts";
import { editWords } from "../words.ts";

/** Asks before unsaved changes are left behind, also when the page is closed. Draw what it returns. */
export function LeaveGuard({ isDirty }: { readonly isDirty: boolean }) {
  const t = useWords(editWords).leave;
  const ui = useWords(uiWords);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      isDirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty]);
  const stay = () => blocker.reset?.();
  return (
    <Modal
      opened={blocker.state === "blocked"}
      onClose={stay}
      title={t.title}
      closeButtonProps={{ "aria-label": ui.close }}
    >
      <Text>{t.text}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => blocker.proceed?.()}>
          {t.leave}
        </Button>
        <Button onClick={stay} data-autofocus>
          {t.stay}
        </Button>
      </Group>
    </Modal>
  );
}
