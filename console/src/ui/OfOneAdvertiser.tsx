import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { AccountHolder } from "../api/accountHolder.ts";
import { type ChosenAdvertiser, useAdvertiser } from "../api/advertiser.ts";
import { AdvertiserSearch } from "./AdvertiserSearch.tsx";
import { LoadingRows, ProblemNotice } from "./states.tsx";

interface OfOneAdvertiserProps {
  readonly holder: AccountHolder;
  /** Names the field in which one is chosen. */
  readonly label: string;
  /** What choosing one is for. */
  readonly hint: string;
  readonly children: (advertiser: ChosenAdvertiser | null) => ReactNode;
}

/** What belongs to one advertiser; who has several chooses. */
export function OfOneAdvertiser({ holder, label, hint, children }: OfOneAdvertiserProps) {
  const { choose } = useAdvertiser();
  const { advertiser, isAlone, isPending, error, retry } = holder;
  if (isPending) return <LoadingRows />;
  if (error !== null) return <ProblemNotice error={error} onRetry={retry} />;
  return (
    <Stack gap={48}>
      {!isAlone && (
        <Stack gap="xs" maw={420}>
          <AdvertiserSearch label={label} value={advertiser} onChange={choose} />
          {advertiser === null && (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          )}
        </Stack>
      )}
      {children(advertiser)}
    </Stack>
  );
}
