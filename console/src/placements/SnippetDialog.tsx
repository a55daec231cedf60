import { Modal, Stack, Text } from "@mantine/core";
import { CopyBlock } from "../ui/CopyBlock.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import type { Opened } from "./PlacementsPage.tsx";
import { loaderSnippet, placeSnippet } from "./snippet.ts";
import { placementsWords } from "./words.ts";

interface SnippetDialogProps {
  readonly opened: Extract<Opened, { kind: "snippet" }> | null;
  readonly onClose: () => void;
}

/** What a site's engineers put into their pages. */
export function SnippetDialog({ opened, onClose }: SnippetDialogProps) {
  const t = useWords(placementsWords).code;
  const ui = useWords(uiWords);
  return (
    <Modal
      opened={opened !== null}
      onClose={onClose}
      title={t.title(opened?.placement.code ?? "")}
      size="lg"
      closeButtonProps={{ "aria-label": ui.close }}
    >
      {opened !== null && (
        <Stack>
          <Text size="sm">{t.head}</Text>
          <CopyBlock label={t.head} text={loaderSnippet(location.origin, opened.site.publicKey)} />
          <Text size="sm">{t.place}</Text>
          <CopyBlock label={t.place} text={placeSnippet(opened.placement)} />
          <Text size="sm" c="dimmed">
            {t.note}
          </Text>
        </Stack>
      )}
    </Modal>
  );
}
