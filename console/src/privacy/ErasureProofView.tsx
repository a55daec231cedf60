import { Alert, Card, Group, Stack, Text, Title } from "@mantine/core";
import type { ErasureProof } from "../../../sdk/src/generated.ts";
import { CopyField } from "../ui/CopyField.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { KeepButton } from "./KeepButton.tsx";
import classes from "./privacy.module.css";
import { removedIn } from "./removedIn.ts";
import { privacyWords } from "./words.ts";

/** The proof of an erasure: what went where, what is still to go, and its number for who asked. */
export function ErasureProofView({ proof }: { readonly proof: ErasureProof }) {
  const t = useWords(privacyWords).proof;
  const { dateTime } = useFormat();
  const { isComplete, unreached, lake, suppressedUntil, erasedAt } = proof;
  return (
    <Card withBorder radius="lg" role="region" aria-label={t.title}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div>
            <Title order={3} size="h4">
              {t.title}
            </Title>
            <Text size="sm" c="dimmed">
              {dateTime(erasedAt)}
            </Text>
          </div>
          <KeepButton name="preuve" content={proof} />
        </Group>
        <Alert color={isComplete ? "atelier" : "yellow"} variant="light" role="status">
          {isComplete ? t.complete : t.open(unreached.join(", "))}
        </Alert>
        <CopyField label={t.id} value={proof.proofId} />
        <Counts proof={proof} />
        <Text size="sm" c="dimmed">
          {lake.isWaiting && `${t.lake} `}
          {t.again} {t.suppressed(dateTime(suppressedUntil))}
        </Text>
      </Stack>
    </Card>
  );
}

function Counts({ proof }: { readonly proof: ErasureProof }) {
  const t = useWords(privacyWords).proof;
  const { number } = useFormat();
  const removed = removedIn(proof);
  const linked = proof.counts.linked?.keys ?? 0;
  return (
    <dl className={classes.counts}>
      {(["cache", "scores", "database"] as const).map((store) => (
        <div key={store}>
          <dt>{t.stores[store]}</dt>
          <dd>{removed[store] === null ? t.away : t.removed(number(removed[store]))}</dd>
        </div>
      ))}
      {linked > 0 && (
        <div>
          <dt>{t.linked}</dt>
          <dd>{number(linked)}</dd>
        </div>
      )}
    </dl>
  );
}
