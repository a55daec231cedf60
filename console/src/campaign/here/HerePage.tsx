import { Stack, Text } from "@mantine/core";
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { AnswerOf } from "../../../../sdk/src/client.ts";
import { api } from "../../api/client.ts";
import { Section } from "../../ui/Section.tsx";
import { ProblemNotice } from "../../ui/states.tsx";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Campaign } from "../types.ts";
import { whyWords } from "../words.ts";
import { HereAnswer } from "./HereAnswer.tsx";
import { HereMap } from "./HereMap.tsx";
import { VisitForm } from "./VisitForm.tsx";
import { type ExplainBody, firstVisit, type Visit, visitBody } from "./visit.ts";

/** Whether an answer is of the visit as it stands: what was changed since is not asked by itself. */
function isSameVisit(asked: ExplainBody | undefined, visit: Visit, campaign: Campaign): boolean {
  const now = visitBody(visit, campaign.campaignId, toInstant);
  return JSON.stringify(asked) === JSON.stringify(now);
}

const toInstant = (local: string): string => new Date(local).toISOString();

/** "Serais-je vu ici ?": a supposed visit, decided by the server's own rules. */
export function HerePage({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(whyWords).here;
  const [visit, setVisit] = useState<Visit>(firstVisit);
  const explain = useMutation({
    mutationFn: (body: ExplainBody) => api.explainVisit({ body }),
  });
  const askAbout = (asked: Visit) => {
    const body = visitBody(asked, campaign.campaignId, toInstant);
    if (body !== null) explain.mutate(body);
  };
  return (
    <Section title={t.title} text={t.intro}>
      <div className={classes.columns}>
        <VisitForm
          {...{ campaign, visit }}
          onVisit={setVisit}
          onAsk={() => askAbout(visit)}
          isBusy={explain.isPending}
        />
        <Stack gap="lg">
          <HereMap {...{ campaign, visit }} onVisit={setVisit} onAsk={askAbout} />
          <Answer {...{ campaign, visit, explain }} />
        </Stack>
      </div>
    </Section>
  );
}

interface AnswerProps {
  readonly campaign: Campaign;
  readonly visit: Visit;
  readonly explain: UseMutationResult<AnswerOf<"explainVisit">, Error, ExplainBody>;
}

/** Below the map, which so stays where it was clicked. The last answer stays until the next is there, unless nobody asked for one. */
function Answer({ campaign, visit, explain }: AnswerProps) {
  const t = useWords(whyWords).here;
  const shown = useRef<AnswerOf<"explainVisit"> | null>(null);
  const place = useRef<HTMLDivElement>(null);
  if (explain.data !== undefined) shown.current = explain.data;
  const isStale = explain.isSuccess && !isSameVisit(explain.variables, visit, campaign);
  useEffect(() => {
    if (explain.data !== undefined) place.current?.scrollIntoView({ block: "nearest" });
  }, [explain.data]);
  return (
    <div aria-live="polite" ref={place}>
      {explain.isError && <ProblemNotice error={explain.error} />}
      {isStale && <Text mb="sm">{t.stale}</Text>}
      {!explain.isError && !isStale && shown.current !== null && (
        <div className={classes.answer} data-old={explain.isPending}>
          <HereAnswer visit={shown.current} />
        </div>
      )}
      {visit.place === null && explain.isIdle && <Text c="dimmed">{t.first}</Text>}
    </div>
  );
}
