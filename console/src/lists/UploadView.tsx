import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { WorkProgress } from "../ui/WorkProgress.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { CannotHashError, ListTooLongError } from "./listFile.ts";
import type { ListUpload, UploadState } from "./useListUpload.ts";
import { listsWords } from "./words.ts";

interface UploadViewProps {
  readonly upload: ListUpload;
  readonly onClose: () => void;
}

/** How far a file is, and what became of it. */
export function UploadView({ upload: { state, stop }, onClose }: UploadViewProps) {
  const t = useWords(listsWords).upload;
  const { number } = useFormat();
  const { close } = useWords(uiWords);
  const button = useRef<HTMLButtonElement>(null);
  const isOver = state.kind !== "running";
  // Whoever waited goes on from here.
  useEffect(() => {
    if (isOver) button.current?.focus();
  }, [isOver]);
  if (state.kind === "running") {
    const { done, all, step } = state;
    const text = t[step](number(done), number(all));
    return <WorkProgress {...{ done, all, text }} stop={t.stop} onStop={stop} isStopping={false} />;
  }
  return (
    <Stack>
      <Outcome state={state} />
      <Group justify="flex-end">
        <Button ref={button} onClick={onClose}>
          {close}
        </Button>
      </Group>
    </Stack>
  );
}

function Outcome({ state }: { readonly state: UploadState }) {
  const t = useWords(listsWords).upload;
  const { number } = useFormat();
  switch (state.kind) {
    case "done":
      return (
        <div role="status">
          <Text fw={600}>{t.done(number(state.file.hashes.length))}</Text>
          {state.file.unread > 0 && <Text size="sm">{t.unread(number(state.file.unread))}</Text>}
          <Text size="sm" c="dimmed">
            {t.next}
          </Text>
        </div>
      );
    case "stopped":
      return <Text role="status">{state.sent === 0 ? t.stopped : t.part(number(state.sent))}</Text>;
    case "nothing":
      return <Refused text={t.nothing} />;
    case "failed":
      return <Failure error={state.error} sent={state.sent} />;
    default:
      return null;
  }
}

function Failure({ error, sent }: { readonly error: unknown; readonly sent: number }) {
  const t = useWords(listsWords).upload;
  const { number } = useFormat();
  if (error instanceof CannotHashError) return <Refused text={t.cannotHash} />;
  if (error instanceof ListTooLongError) return <Refused text={t.tooLong} />;
  return (
    <Stack gap="xs">
      <ProblemNotice error={error} />
      {sent > 0 && <Text size="sm">{t.part(number(sent))}</Text>}
    </Stack>
  );
}

function Refused({ text }: { readonly text: string }) {
  return (
    <Alert color="red" variant="light" role="alert">
      {text}
    </Alert>
  );
}
