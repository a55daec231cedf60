import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type {
  ContentRule,
  ProhibitedCategory,
  QueuedCreative,
} from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { QueryState } from "../ui/states.tsx";
import { useLanguage, useWords } from "../words/language.ts";
import { Panel } from "./Panel.tsx";
import classes from "./review.module.css";
import { reviewWords } from "./words.ts";

const forGood = { staleTime: Number.POSITIVE_INFINITY };

/** What the law asks of the ad: what is known and added by itself, and what nobody has named. */
export function RulesPanel({ item }: { readonly item: QueuedCreative }) {
  const t = useWords(reviewWords).rules;
  const rules = useQuery({ ...queryOf("listContentRules", {}), ...forGood });
  const prohibited = useQuery({ ...queryOf("listProhibitedCategories", {}), ...forGood });
  const { suspects, rulesFlags } = item.creative.review;
  const isCareful = suspects.length > 0 || rulesFlags.length > 0;
  const isPlain = !isCareful && item.subjects.length === 0;
  return (
    <Panel heading={t.heading} tone={isCareful ? "careful" : "calm"}>
      {isPlain && (
        <Text size="sm" c="dimmed">
          {t.none}
        </Text>
      )}
      <QueryState query={rules} loading={null}>
        {({ items }) => (
          <>
            {named(items, rulesFlags).map((rule) => (
              <Missing key={rule.code} rule={rule} />
            ))}
            {named(items, item.subjects).map((rule) => (
              <Known key={rule.code} rule={rule} />
            ))}
          </>
        )}
      </QueryState>
      <Suspects codes={suspects} categories={prohibited.data?.items ?? []} />
    </Panel>
  );
}

const named = (rules: readonly ContentRule[], codes: readonly string[]) =>
  rules.filter(({ code }) => codes.includes(code));

/** A subject that the words are perhaps about: its mention is not added. */
function Missing({ rule }: { readonly rule: ContentRule }) {
  const t = useWords(reviewWords).rules;
  const language = useLanguage();
  return (
    <div className={classes.missing}>
      <Text size="sm" fw={600}>
        {t.missing(rule[language])}
      </Text>
      <Text size="sm">{t.missingHint}</Text>
      {rule.mentions.length > 0 && (
        <Text size="sm" className={classes.mention}>
          {t.wouldBe} <mark>« {rule.mentions.map(([first]) => first).join(" ")} »</mark>
        </Text>
      )}
      <Source rule={rule} />
    </div>
  );
}

function Known({ rule }: { readonly rule: ContentRule }) {
  const t = useWords(reviewWords).rules;
  const language = useLanguage();
  const isTurn = rule.mentions.some((texts) => texts.length > 1);
  return (
    <div className={classes.rule}>
      <Text size="sm" fw={600}>
        {rule[language]}
      </Text>
      {rule.verdict !== "allowed" && (
        <Text size="sm" c="red">
          {rule.verdict === "banned" ? t.banned : t.licensed}
        </Text>
      )}
      {rule.mentions.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t.noMention}
        </Text>
      ) : (
        <Text size="sm" component="div">
          {isTurn ? t.oneOf : t.applied}
          {rule.mentions.flat().map((text) => (
            <p key={text} className={classes.mention}>
              « {text} »
            </p>
          ))}
        </Text>
      )}
      <Source rule={rule} />
    </div>
  );
}

function Source({ rule }: { readonly rule: ContentRule }) {
  const t = useWords(reviewWords).rules;
  return (
    <Text size="xs" c="dimmed">
      {t.source} : {rule.source}
    </Text>
  );
}

interface SuspectsProps {
  readonly codes: readonly string[];
  readonly categories: readonly ProhibitedCategory[];
}

function Suspects({ codes, categories }: SuspectsProps) {
  const t = useWords(reviewWords).rules;
  const language = useLanguage();
  return codes.map((code) => (
    <Text key={code} size="sm" className={classes.missing}>
      {t.suspect(categories.find((one) => one.code === code)?.[language] ?? code)}
    </Text>
  ));
}
