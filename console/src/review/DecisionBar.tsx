import { Button, Group, Kbd, Text } from "@mantine/core";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./review.module.css";
import type { ReviewState } from "./useReview.ts";
import { reviewWords } from "./words.ts";

interface DecisionBarProps {
  readonly review: ReviewState;
  readonly verdicts: Verdicts;
}

export interface Verdicts {
  readonly approve: () => void;
  readonly reject: () => void;
  readonly skip: () => void;
  readonly kill: () => void;
}

/** What to do with the ad on view; always in reach of the thumb. */
export function DecisionBar({ review, verdicts }: DecisionBarProps) {
  const t = useWords(reviewWords);
  return (
    <section className={classes.bar} aria-label={t.actions.bar}>
      <Position review={review} />
      <Group gap="sm" wrap="nowrap" className={classes.verdicts}>
        <Button variant="default" onClick={verdicts.skip} rightSection={<Hint>S</Hint>}>
          {t.actions.skip}
        </Button>
        <Button
          color="red"
          variant="outline"
          onClick={verdicts.reject}
          rightSection={<Hint>R</Hint>}
        >
          {t.actions.reject}
        </Button>
        <Button onClick={verdicts.approve} rightSection={<Hint>A</Hint>}>
          {t.actions.approve}
        </Button>
      </Group>
    </section>
  );
}

function Position({ review }: { readonly review: ReviewState }) {
  const t = useWords(reviewWords);
  const format = useFormat();
  const count = review.left.length;
  return (
    <Group gap="xs" wrap="nowrap" visibleFrom="sm">
      <Button
        variant="subtle"
        color="gray"
        disabled={review.at <= 0}
        onClick={() => review.move(-1)}
      >
        {t.actions.previous}
      </Button>
      <Text size="sm" c="dimmed">
        {t.position(format.number(review.at + 1), format.number(count))}
      </Text>
      <Button
        variant="subtle"
        color="gray"
        disabled={review.at >= count - 1}
        onClick={() => review.move(1)}
      >
        {t.actions.next}
      </Button>
    </Group>
  );
}

function Hint({ children }: { readonly children: string }) {
  return (
    <Kbd size="xs" visibleFrom="sm" aria-hidden>
      {children}
    </Kbd>
  );
}
