import { Alert, Anchor, Button, List, Stack, Text } from "@mantine/core";
import { ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useLanguage, useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import type { StepName } from "./draft.ts";
import { type FieldName, stepOfField } from "./problemsOfDraft.ts";
import { useAudienceWords } from "./useAudienceWords.ts";
import { useSend } from "./useSend.ts";
import { useZoneLabel } from "./useZoneLabel.ts";
import { createWords } from "./words.ts";

/** All of it once more, what the server warns of, and the button. */
export function SummaryStep() {
  const t = useWords(createWords).summary;
  const { send, isSending, error } = useSend();
  return (
    <Stack gap="lg">
      <Facts />
      <ToMend />
      <Warnings />
      {error !== null && <ProblemNotice error={error} />}
      <Button size="lg" onClick={send} loading={isSending} data-testid="send">
        {t.send}
      </Button>
    </Stack>
  );
}

function Facts() {
  const t = useWords(createWords).summary;
  const format = useFormat();
  const { draft, plan, preview } = useCreating();
  const language = useLanguage();
  const audience = useAudienceWords();
  const zone = useZoneLabel();
  const { budgetMicros, startsOn, endsOn, shop, ad } = draft;
  const day = (text: string) => (text === "" ? "–" : format.day(text));
  const bid = plan.plan === null ? "–" : format.money(plan.plan.bidMicros);
  return (
    <dl className={classes.facts}>
      <Fact what={t.where} step="place">
        {zone}
      </Fact>
      <Fact what={t.budget} step="budget">
        {budgetMicros === null ? "–" : format.money(budgetMicros)}
      </Fact>
      <Fact what={t.dates} step="budget">
        {t.range(day(startsOn), day(endsOn))}
      </Fact>
      <Fact what={t.price} step="budget">
        {preview.made === null ? bid : preview.made.price[language]}
      </Fact>
      <Fact what={t.shop} step="ad">
        {shop.name}
      </Fact>
      <Fact what={t.ad} step="ad">
        {ad.title}
      </Fact>
      <Fact what={t.leadsTo} step="ad">
        {ad.landingUrl === "" ? shop.phone : ad.landingUrl}
      </Fact>
      <Fact what={t.audience} step="audience">
        {audience}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly what: string;
  readonly step: StepName;
  readonly children: React.ReactNode;
}

function Fact({ what, step, children }: FactProps) {
  const t = useWords(createWords).summary;
  const { go } = useCreating();
  return (
    <div>
      <dt>{what}</dt>
      <dd>{children === "" ? "–" : children}</dd>
      <dd>
        <Anchor
          component="button"
          type="button"
          size="sm"
          aria-label={t.changeOf(what)}
          onClick={() => go(step)}
        >
          {t.change}
        </Anchor>
      </dd>
    </div>
  );
}

/** What is wrong, each a way to its field. */
function ToMend() {
  const t = useWords(createWords);
  const { problems, serverErrors, touch, go } = useCreating();
  const own = (Object.entries(problems) as [FieldName, keyof typeof t.problems][]).map(
    ([field, code]) => ({ field, sentence: t.problems[code] }),
  );
  const told = (Object.entries(serverErrors.fields) as [FieldName, string][]).map(
    ([field, sentence]) => ({ field, sentence }),
  );
  const all = [...own, ...told.filter(({ field }) => problems[field] === undefined)];
  if (all.length + serverErrors.rest.length === 0) return null;
  return (
    <Alert
      color="red"
      variant="light"
      title={t.summary.toMend}
      classNames={{ title: classes.alertTitle }}
      role="alert"
    >
      <List size="sm">
        {all.map(({ field, sentence }) => (
          <List.Item key={field}>
            <Anchor
              component="button"
              type="button"
              size="sm"
              onClick={() => {
                touch(field);
                go(stepOfField[field]);
              }}
            >
              {t.steps[stepOfField[field]]}
            </Anchor>{" "}
            · {sentence}
          </List.Item>
        ))}
        {serverErrors.rest.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Warnings() {
  const t = useWords(createWords).summary;
  const language = useLanguage();
  const format = useFormat();
  const { preview, draft, change } = useCreating();
  const warnings = preview.made?.warnings ?? [];
  if (warnings.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      title={t.warnings}
      classNames={{ title: classes.alertTitle }}
    >
      <Stack gap="xs">
        {warnings.map(({ code, radiusMeters, ...sentence }) => (
          <div key={code}>
            <Text size="sm">{sentence[language]}</Text>
            {radiusMeters !== null && draft.base === "circle" && (
              <Button mt={4} size="xs" variant="default" onClick={() => change({ radiusMeters })}>
                {t.widen(format.distance(radiusMeters))}
              </Button>
            )}
          </div>
        ))}
      </Stack>
    </Alert>
  );
}
