import { Alert, Button, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLanguage, useWords } from "../words/language.ts";
import { problemSentence } from "./problemWords.ts";
import classes from "./states.module.css";
import { uiWords } from "./words.ts";

interface EmptyStateProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** An icon of @heroicons/react/24/outline. */
  readonly icon?: ReactNode;
  /** What to do about it. */
  readonly action?: ReactNode;
  /** Of the heading: 1 where nothing else is on the page. */
  readonly order?: 1 | 2;
}

/** Nothing is here yet, and what to do about it. */
export function EmptyState({ title, text, icon, action, order = 2 }: EmptyStateProps) {
  return (
    <Stack className={classes.empty} align="center" gap="sm">
      {icon !== undefined && <div className={classes.icon}>{icon}</div>}
      <Title order={order} size="h3" ta="center">
        {title}
      </Title>
      {text !== undefined && (
        <Text c="dimmed" ta="center" maw={440}>
          {text}
        </Text>
      )}
      {action !== undefined && <Group mt="sm">{action}</Group>}
    </Stack>
  );
}

/** Lines that are on their way, as high as they will be. */
export function LoadingRows({ rows = 5, height = 44 }: { rows?: number; height?: number }) {
  const t = useWords(uiWords);
  const keys = Array.from({ length: rows }, (_, row) => `row-${row}`);
  return (
    <Stack gap="xs" role="status">
      <VisuallyHidden>{t.loading}</VisuallyHidden>
      {keys.map((key) => (
        <Skeleton key={key} height={height} radius="md" />
      ))}
    </Stack>
  );
}

interface ProblemNoticeProps {
  readonly error: unknown;
  /** Absent = there is nothing to try again. */
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong, in a sentence, and a button to try again. */
export function ProblemNotice({ error, onRetry }: ProblemNoticeProps) {
  const t = useWords(uiWords);
  const language = useLanguage();
  return (
    <Alert color="red" variant="light" role="alert">
      <Group justify="space-between" gap="md">
        <Text size="sm">{problemSentence(error, language)}</Text>
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t.retry}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

interface QueryStateProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** What stands there while it is read; default: some rows. */
  readonly loading?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/** A query's loading and error states, and its data once they are there (also while they are read again). */
export function QueryState<Data>({ query, loading, children }: QueryStateProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  }
  return loading ?? <LoadingRows />;
}
