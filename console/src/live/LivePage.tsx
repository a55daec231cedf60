import { PauseIcon, PlayIcon } from "@heroicons/react/24/outline";
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryOf } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { HealthPill } from "./HealthPill.tsx";
import { Parts } from "./Parts.tsx";
import { Rates } from "./Rates.tsx";
import { liveWords } from "./words.ts";

const askEveryMs = 1_000;

/** Asked each second while somebody looks: a hidden tab and a frozen page ask nothing. */
export function LivePage() {
  const t = useWords(liveWords);
  const format = useFormat();
  const [isFrozen, setFrozen] = useState(false);
  const query = useQuery({
    ...queryOf("readSystem", {}),
    refetchInterval: isFrozen ? false : askEveryMs,
    refetchOnWindowFocus: !isFrozen,
    staleTime: 0,
    gcTime: 0,
  });
  const node = query.data?.node;
  const newestAt = new Date(query.dataUpdatedAt).toISOString();
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={node && t.node(node.name, format.relative(node.startedAt, Date.now()))}
        actions={
          <>
            {query.data !== undefined && <HealthPill stores={query.data.stores} />}
            <Button
              variant="default"
              leftSection={isFrozen ? <PlayIcon width={18} /> : <PauseIcon width={18} />}
              onClick={() => setFrozen(!isFrozen)}
            >
              {isFrozen ? t.go : t.pause}
            </Button>
          </>
        }
      />
      <QueryState query={query}>
        {(report) => (
          <Stack gap="xl">
            {query.isError && (
              <Alert color="yellow" role="status">
                {t.stale(format.relative(newestAt, Date.now()))}
              </Alert>
            )}
            <Rates report={report} />
            <Parts report={report} />
            <Text size="xs" c="dimmed">
              {t.rates.window(format.number(report.windowSeconds))}
            </Text>
          </Stack>
        )}
      </QueryState>
    </>
  );
}
