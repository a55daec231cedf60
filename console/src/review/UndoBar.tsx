import { Button, Paper, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import type { Decision } from "./decisions.ts";
import { nameOf } from "./nameOf.ts";
import classes from "./review.module.css";
import { undoMs } from "./usePendingDecision.ts";
import { reviewWords } from "./words.ts";

interface UndoBarProps {
  readonly pending: Decision | null;
  readonly onUndo: () => void;
}

/** The last decision, for as long as it can be taken back. */
export function UndoBar({ pending, onUndo }: UndoBarProps) {
  const t = useWords(reviewWords);
  const name = pending === null ? "" : nameOf(pending.item);
  const told = pending?.verdict === "approve" ? t.undo.approved(name) : t.undo.rejected(name);
  return (
    <div role="status" className={classes.undoPlace}>
      {pending !== null && (
        <Paper className={classes.undo} withBorder shadow="md">
          <Text size="sm" lineClamp={1} className={classes.undoWords}>
            {told}
          </Text>
          <TimeLeft key={`${pending.item.creative.creativeId}`} />
          <Button size="xs" variant="light" onClick={onUndo}>
            {t.actions.undo}
          </Button>
        </Paper>
      )}
    </div>
  );
}

function TimeLeft() {
  const t = useWords(reviewWords);
  const format = useFormat();
  const [left, setLeft] = useState(Math.ceil(undoMs / 1_000));
  useEffect(() => {
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text size="sm" c="dimmed" aria-hidden className={classes.undoTime}>
      {t.undo.seconds(format.number(left))}
    </Text>
  );
}
