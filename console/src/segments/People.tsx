import { Text } from "@mantine/core";
import { Estimate } from "../ui/Estimate.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { useSegmentSize } from "./useSegmentSize.ts";
import { segmentsWords } from "./words.ts";

interface PeopleProps {
  readonly segmentId: number;
  readonly minScore: number;
  /** Draws the bounds to scale up to here. */
  readonly scaleTo?: number | undefined;
}

/** How many people have at least this score, with the bounds. */
export function People({ segmentId, minScore, scaleTo }: PeopleProps) {
  const t = useWords(segmentsWords);
  const format = useFormat();
  const size = useSegmentSize(segmentId, minScore);
  const dim = (text: string) => (
    <Text component="span" size="sm" c="dimmed">
      {text}
    </Text>
  );
  if (size.data === undefined) return dim(size.isError ? t.notYet : t.counting);
  const { value, low, high } = size.data.people;
  if (value === null) return dim(t.tooFew);
  return (
    <Estimate
      value={value}
      low={low}
      high={high}
      format={(count) => format.number(count)}
      scaleTo={scaleTo}
    />
  );
}
