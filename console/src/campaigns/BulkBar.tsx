import { Button, CloseButton, Group, Text } from "@mantine/core";
import { lazy, Suspense, useMemo, useState } from "react";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import type { BulkAction } from "./bulkPlan.ts";
import classes from "./campaigns.module.css";
import type { Row } from "./rows.ts";
import type { Selection } from "./selection.ts";
import { campaignsWords } from "./words.ts";

/** Loaded when it is opened: the first view is held to a size. */
const BulkDialog = lazy(() =>
  import("./BulkDialog.tsx").then((module) => ({ default: module.BulkDialog })),
);

interface BulkBarProps {
  readonly rows: readonly Row[];
  readonly selection: Selection;
  readonly onClear: () => void;
}

const actions = [
  "pause",
  "resume",
  "budget",
  "end",
] as const satisfies readonly BulkAction["kind"][];

/** What can be done with all that is ticked, at the foot of the list while something is. */
export function BulkBar({ rows, selection, onClear }: BulkBarProps) {
  const t = useWords(campaignsWords).bulk;
  const format = useFormat();
  const [kind, setKind] = useState<BulkAction["kind"] | null>(null);
  const selected = useMemo(
    () => rows.filter(({ campaignId }) => selection.ids.has(campaignId)),
    [rows, selection.ids],
  );
  if (selected.length === 0 && kind === null) return null;
  return (
    <section className={classes.bulk} aria-label={t.label}>
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <CloseButton aria-label={t.clear} title={t.clear} onClick={onClear} />
          <Text size="sm" fw={600} role="status">
            {t.selected(format.number(selected.length), selected.length === 1)}
          </Text>
        </Group>
        <Group gap="xs">
          {actions.map((action) => (
            <Button
              key={action}
              size="sm"
              px="sm"
              variant="default"
              onClick={() => setKind(action)}
            >
              {t[action]}
            </Button>
          ))}
        </Group>
      </Group>
      {kind !== null && (
        <Suspense fallback={null}>
          <BulkDialog kind={kind} rows={selected} onClose={() => setKind(null)} />
        </Suspense>
      )}
    </section>
  );
}
