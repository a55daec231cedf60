import { Button, Group, Progress, Stack, Text } from "@mantine/core";

interface WorkProgressProps {
  readonly done: number;
  readonly all: number;
  /** How far it is, in words. */
  readonly text: string;
  readonly stop: string;
  readonly onStop: () => void;
  /** It stops behind what is under way. */
  readonly isStopping: boolean;
}

/** How far long work is, and a way to stop it. */
export function WorkProgress({ done, all, text, stop, onStop, isStopping }: WorkProgressProps) {
  return (
    <Stack gap="md">
      <Progress value={(100 * done) / Math.max(1, all)} aria-label={text} />
      <Group justify="space-between">
        <Text size="sm" role="status">
          {text}
        </Text>
        <Button variant="default" onClick={onStop} disabled={isStopping}>
          {stop}
        </Button>
      </Group>
    </Stack>
  );
}
