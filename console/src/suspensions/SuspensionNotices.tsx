import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useMay } from "../api/session.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { toastDone } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import {
  type StopInForce,
  type StoppedOnes,
  useRelease,
  useSuspensions,
} from "./useSuspensions.ts";
import { suspensionsWords } from "./words.ts";

/** What the operator has stopped here, and why; the operator can let it run again. Nothing where nothing is. */
export function SuspensionNotices(ones: StoppedOnes) {
  const t = useWords(suspensionsWords);
  const stops = useSuspensions(ones);
  if (stops.length === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-label={t.heading}>
      {stops.map((stop) => (
        <Notice key={stop.what} stop={stop} />
      ))}
    </Stack>
  );
}

function Notice({ stop }: { readonly stop: StopInForce }) {
  const t = useWords(suspensionsWords);
  const mayRelease = useMay("platform");
  const [isAsked, setAsked] = useState(false);
  const release = useRelease(() => toastDone(t.released));
  return (
    <Alert color="red" variant="light">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{t.stopped[stop.what](stop.reason)}</Text>
        {mayRelease && (
          <Button size="xs" variant="default" onClick={() => setAsked(true)}>
            {t.release}
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={isAsked}
        title={t.asks.title}
        text={t.asks.text[stop.what]}
        action={t.release}
        isPending={release.isPending}
        onConfirm={() => release.mutate(stop)}
        onClose={() => setAsked(false)}
      />
    </Alert>
  );
}
