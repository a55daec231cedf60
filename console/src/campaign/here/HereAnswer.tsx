import { CheckCircleIcon, XCircleIcon } from "@heroicons/react/24/outline";
import { Alert, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import type { AnswerOf } from "../../../../sdk/src/client.ts";
import { useFormat } from "../../ui/useFormat.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import { told } from "../told.ts";
import type { Explained } from "../types.ts";
import { whyWords } from "../words.ts";

/** Yes or no, why, and every rule by itself. */
export function HereAnswer({ visit }: { readonly visit: AnswerOf<"explainVisit"> }) {
  const t = useWords(whyWords).here;
  const { distance } = useFormat();
  const [explained] = visit.campaigns;
  if (explained === undefined) return null;
  const { place } = visit;
  return (
    <Stack gap="md">
      <Verdict explained={explained} />
      {place !== null && (
        <Text size="sm" c="dimmed">
          {t.understood(place.label ?? t.coarse, distance(place.accuracyMeters))}
        </Text>
      )}
      {explained.checks.length === 0 ? (
        <Text>{t.nobody}</Text>
      ) : (
        <Checks checks={explained.checks} />
      )}
    </Stack>
  );
}

function Verdict({ explained }: { readonly explained: Explained }) {
  const t = useWords(whyWords).here;
  const language = useLanguage();
  const { money } = useFormat();
  const { shown, value } = explained;
  return (
    <Alert variant="light" color={shown ? "atelier" : "yellow"} data-shown={shown}>
      <Text fw={600}>{shown ? t.yes : t.no}</Text>
      <Text size="sm">{told(explained, language)}</Text>
      {value !== undefined && (
        <Text size="sm">{t.worth(money(value.valueMicros), money(value.bidMicros))}</Text>
      )}
    </Alert>
  );
}

function Checks({ checks }: Pick<Explained, "checks">) {
  const t = useWords(whyWords);
  const names: Readonly<Record<string, string>> = t.rules;
  return (
    <div>
      <Title order={3} size="h5">
        {t.here.rules}
      </Title>
      <ul className={classes.checks}>
        {checks.map(({ rule, passed }) => (
          <li key={rule} className={classes.check} data-rule={rule} data-passed={passed}>
            {passed ? (
              <CheckCircleIcon className={classes.passed} />
            ) : (
              <XCircleIcon className={classes.failed} />
            )}
            <span>
              {names[rule] ?? rule}
              <VisuallyHidden> : {passed ? t.here.passed : t.here.failed}</VisuallyHidden>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
