import { Text } from "@mantine/core";
import { Section } from "../../ui/Section.tsx";
import { QueryState } from "../../ui/states.tsx";
import { useWords } from "../../words/language.ts";
import { creativeName } from "../creativeName.ts";
import type { ReportRow } from "../types.ts";
import { useCreatives, useReport } from "../useCampaignFacts.ts";
import { campaignWords } from "../words.ts";
import { compareRates } from "./compare.ts";
import { figureOf } from "./delivery.ts";
import type { PeriodProps } from "./KeyFigures.tsx";
import { RateTable } from "./RateTable.tsx";

/** Creatives by their click rates, and whether the difference is more than chance. */
export function CreativesCompared({ campaign: { campaignId }, period }: PeriodProps) {
  const t = useWords(campaignWords).compare;
  const query = useReport({
    campaignId,
    ...period,
    dimensions: "creative",
    measures: "impressions,clicks,ctr",
    sort: "-impressions",
    limit: "50",
  });
  return (
    <Section title={t.creative}>
      <QueryState query={query}>
        {({ rows }) => <Compared campaignId={campaignId} rows={rows} />}
      </QueryState>
    </Section>
  );
}

interface ComparedProps {
  readonly campaignId: number;
  readonly rows: readonly ReportRow[];
}

function Compared({ campaignId, rows }: ComparedProps) {
  const t = useWords(campaignWords).compare;
  const creatives = useCreatives(campaignId).data?.items ?? [];
  const nameOf = (id: number) => {
    const creative = creatives.find(({ creativeId }) => creativeId === id);
    return creative === undefined ? `${id}` : creativeName(creative);
  };
  const rated = rows.map((row) => ({
    id: figureOf(row, "creativeId"),
    value: figureOf(row, "ctr"),
    low: figureOf(row, "ctrLow"),
    high: figureOf(row, "ctrHigh"),
    row,
  }));
  if (rated.length === 0) return <Text c="dimmed">{t.empty}</Text>;
  const result = compareRates(rated);
  const verdict = result.kind === "certain" ? t.certain(nameOf(result.bestId)) : t[result.kind];
  return (
    <>
      <Text data-comparison={result.kind}>{verdict}</Text>
      <RateTable
        label={t.creative}
        rows={rated.map(({ id, row }) => ({ key: `${id}`, name: nameOf(id), row }))}
      />
    </>
  );
}
