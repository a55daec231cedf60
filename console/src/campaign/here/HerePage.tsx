import { Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
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
          <div aria-live="polite">
            {explain.isError && <ProblemNotice error={explain.error} />}
            {explain.data !== undefined && <HereAnswer visit={explain.data} />}
            {visit.place === null && explain.isIdle && <Text c="dimmed">{t.first}</Text>}
          </div>
          <HereMap {...{ campaign, visit }} onVisit={setVisit} onAsk={askAbout} />
        </Stack>
      </div>
    </Section>
  );
}
