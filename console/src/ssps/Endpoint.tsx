import { KeyIcon } from "@heroicons/react/24/outline";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Ssp } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { CopyField } from "../ui/CopyField.tsx";
import { SecretDialog } from "../ui/SecretDialog.tsx";
import { Section } from "../ui/Section.tsx";
import { toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { sspsWords } from "./words.ts";

/** What the SSP's engineers need: where to ask, and how to show who asks. */
export function Endpoint({ ssp }: { readonly ssp: Ssp }) {
  const t = useWords(sspsWords).endpoint;
  return (
    <Section title={t.heading}>
      <Stack maw={720}>
        <CopyField label={t.url} value={bidAddress(ssp.name)} />
        {ssp.syncUrl !== null && (
          <CopyField label={t.sync} value={`${location.origin}/openrtb2/sync/${ssp.name}`} />
        )}
        {ssp.keyed ? <Key ssp={ssp} /> : <Text size="sm">{t.unkeyed}</Text>}
      </Stack>
    </Section>
  );
}

const bidAddress = (name: string): string => `${location.origin}/openrtb2/bid/${name}`;

function Key({ ssp }: { readonly ssp: Ssp }) {
  const t = useWords(sspsWords).endpoint;
  const renew = useWrite("renewSspKey", ["readSsp"]);
  const [isAsking, setAsking] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const onConfirm = () =>
    renew.mutate(
      { input: { name: ssp.name } },
      {
        onSuccess: (saved) => setKey(saved.key ?? null),
        onError: toastProblem,
        onSettled: () => setAsking(false),
      },
    );
  return (
    <Group justify="space-between">
      <div>
        <Text size="sm">
          {t.key} : <code>Authorization: Bearer ssp_…</code>
        </Text>
        <Text size="sm" c="dimmed">
          {t.keyNote}
        </Text>
      </div>
      <Button
        variant="default"
        leftSection={<KeyIcon width={18} />}
        onClick={() => setAsking(true)}
      >
        {t.renew}
      </Button>
      <ConfirmDialog
        opened={isAsking}
        title={t.renew}
        text={t.renewConfirm}
        action={t.renew}
        isPending={renew.isPending}
        onConfirm={onConfirm}
        onClose={() => setAsking(false)}
      />
      <SecretDialog
        secret={key}
        title={t.newKey}
        text={t.newKeyText}
        done={t.done}
        onClose={() => setKey(null)}
      />
    </Group>
  );
}
