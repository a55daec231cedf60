import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import type { Bulk } from "./useBulk.ts";
import { campaignsWords } from "./words.ts";

/** How far it is, and a way to stop behind the lines that are being written. */
export function BulkProgress({ bulk }: { readonly bulk: Bulk }) {
  const t = useWords(campaignsWords).bulk;
  const format = useFormat();
  const done = bulk.all - bulk.outcome.left.length;
  const text = t.running(format.number(done), format.number(bulk.all));
  return (
    <Stack gap="md">
      <Progress value={(100 * done) / Math.max(1, bulk.all)} aria-label={text} />
      <Group justify="space-between">
        <Text size="sm" role="status">
          {bulk.isStopping ? t.stopping : text}
        </Text>
        <Button variant="default" onClick={bulk.stop} disabled={bulk.isStopping}>
          {t.stop}
        </Button>
      </Group>
    </Stack>
  );
}
