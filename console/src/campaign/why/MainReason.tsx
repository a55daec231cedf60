import { Button, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { useMay } from "../../api/session.ts";
import { Section } from "../../ui/Section.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import { told } from "../told.ts";
import type { Campaign, Diagnosis } from "../types.ts";
import { campaignWords, whyWords } from "../words.ts";
import type { FunnelView } from "./funnelStages.ts";
import { SuggestionList } from "./SuggestionList.tsx";

interface MainProps {
  readonly campaign: Campaign;
  readonly diagnosis: Diagnosis;
  readonly view: FunnelView;
}

/** How it stands in one sentence; of a campaign that lags each reason, with what would help. */
export function MainReason({ campaign, diagnosis, view }: MainProps) {
  const t = useWords(whyWords).main;
  const language = useLanguage();
  const [first, ...others] = diagnosis.reasons;
  return (
    <Section title={t.title} text={<TodaysMoney diagnosis={diagnosis} />}>
      <Text size="lg" data-status={diagnosis.status}>
        {told(first ?? diagnosis, language)}
      </Text>
      {first === undefined ? (
        <WorstStage view={view} />
      ) : (
        <SuggestionList campaign={campaign} suggestions={first.suggestions} isMain />
      )}
      {diagnosis.rest === "total_spent" && <MoreMoney campaign={campaign} />}
      {others.length > 0 && (
        <Stack gap="md" mt="md">
          <Title order={3} size="h5">
            {t.alsoTitle}
          </Title>
          {others.map((reason) => (
            <Stack key={reason.reason} gap="xs">
              <Text>{told(reason, language)}</Text>
              <SuggestionList campaign={campaign} suggestions={reason.suggestions} />
            </Stack>
          ))}
        </Stack>
      )}
    </Section>
  );
}

/** A campaign without money has nothing else to change. */
function MoreMoney({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(campaignWords).attention;
  if (!useMay("campaigns:write")) return null;
  return (
    <div>
      <Button component={Link} to={`/campaigns/${campaign.campaignId}/edit`}>
        {t.budget}
      </Button>
    </div>
  );
}

function TodaysMoney({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useWords(whyWords).main;
  const { money } = useFormat();
  const { planMicros, spentMicros, expectedMicros: expected } = diagnosis;
  if (planMicros === null) return null;
  return (
    <>
      {t.spentOf(money(spentMicros), money(planMicros))}{" "}
      {expected !== null &&
        t.expected(money(expected.value), money(expected.low), money(expected.high))}
    </>
  );
}

/** Nothing is wrong, or nothing can be said yet: where most is lost all the same. */
function WorstStage({ view }: { readonly view: FunnelView }) {
  const t = useWords(whyWords);
  const { percent } = useFormat();
  const { worst, opportunities } = view;
  if (opportunities.value === 0) return null;
  if (worst === null) return <Text c="dimmed">{t.main.nothingLost}</Text>;
  return <Text c="dimmed">{t.main.worst(t.stages[worst.name], percent(worst.lostShare, 0))}</Text>;
}
