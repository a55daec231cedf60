import { Text } from "@mantine/core";
import { useFormat } from "../ui/useFormat.ts";
import { useLanguage, useWords } from "../words/language.ts";
import classes from "./campaigns.module.css";
import type { Health, Row } from "./rows.ts";
import { tellState } from "./told.ts";
import { campaignsWords } from "./words.ts";

interface StateCellProps {
  readonly row: Row;
  readonly health: Health | undefined;
  /** The whole sentence, however long; else two lines of it. */
  readonly isWhole?: boolean;
}

/** What state a campaign is in, why, and what would help. The colour only repeats what the words say. */
export function StateCell({ row, health, isWhole = false }: StateCellProps) {
  const t = useWords(campaignsWords).state;
  const format = useFormat();
  const language = useLanguage();
  const { tone, head, sentence } = tellState(row, health, language, t, format);
  return (
    <>
      <span className={classes.state} data-tone={tone}>
        <span className={classes.dot} aria-hidden />
        {head}
      </span>
      {sentence !== null && (
        <Text size="xs" c="dimmed" lineClamp={isWhole ? 0 : 2} title={sentence}>
          {sentence}
        </Text>
      )}
    </>
  );
}
