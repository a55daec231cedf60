import { Progress, Text, Title } from "@mantine/core";
import type { SspWindow } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { sharesOf } from "./rates.ts";
import classes from "./ssps.module.css";
import { sspsWords } from "./words.ts";

interface ReasonsProps {
  readonly heading: string;
  readonly reasons: SspWindow["noBids"];
}

const mostReasons = 6;

/** Why something did not come about, the most frequent first. */
export function Reasons({ heading, reasons }: ReasonsProps) {
  const t = useWords(sspsWords).reasons;
  const format = useFormat();
  const names: Readonly<Record<string, string>> = t.names;
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        {heading}
      </Title>
      {reasons.length === 0 && (
        <Text size="sm" c="dimmed">
          {t.none}
        </Text>
      )}
      <ul className={classes.reasons}>
        {sharesOf(reasons, mostReasons).map(({ reason, count, share }) => (
          <li key={reason}>
            <span>{names[reason] ?? reason}</span>
            <Text component="span" size="sm" c="dimmed">
              {t.count(format.number(count), format.percent(share, 0))}
            </Text>
            <Progress value={share * 100} size="xs" aria-hidden />
          </li>
        ))}
      </ul>
    </div>
  );
}
