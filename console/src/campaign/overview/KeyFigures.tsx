import { Anchor, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Estimate } from "../../ui/Estimate.tsx";
import { Section } from "../../ui/Section.tsx";
import { QueryState } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Campaign, Report } from "../types.ts";
import { useReport } from "../useCampaignFacts.ts";
import { campaignWords } from "../words.ts";
import { figureOf } from "./delivery.ts";
import type { Period } from "./period.ts";

export interface PeriodProps {
  readonly campaign: Campaign;
  readonly period: Period;
  readonly today: string;
}

/** What it cost and brought in the period, with the bounds of what is not certain. */
export function KeyFigures({ campaign, period, today }: PeriodProps) {
  const t = useWords(campaignWords).figures;
  const format = useFormat();
  const { campaignId } = campaign;
  const query = useReport({ campaignId, ...period, isLive: period.to === today });
  const updatedAt = new Date(query.dataUpdatedAt).toISOString();
  return (
    <Section
      title={t.title}
      actions={
        <Group gap="md">
          {query.data !== undefined && (
            <Text size="sm" c="dimmed">
              {t.fresh(format.time(updatedAt))}
            </Text>
          )}
          <CsvLink campaignId={campaignId} period={period} />
        </Group>
      }
    >
      <QueryState query={query}>{({ totals }) => <Figures totals={totals} />}</QueryState>
    </Section>
  );
}

function CsvLink({ campaignId, period }: { campaignId: number; period: Period }) {
  const t = useWords(campaignWords).figures;
  const language = useLanguage();
  const asked = {
    ...period,
    campaign: `${campaignId}`,
    dimensions: "day",
    format: "csv",
    language,
  };
  return (
    <Anchor size="sm" href={`/v1/reports?${new URLSearchParams(asked)}`} download>
      {t.csv}
    </Anchor>
  );
}

function Figures({ totals }: { readonly totals: Report["totals"] }) {
  const t = useWords(campaignWords).figures;
  const format = useFormat();
  const of = (column: string) => figureOf(totals, column);
  const [impressions, clicks] = [of("impressions"), of("clicks")];
  const viewed = impressions === 0 ? "" : t.viewable(format.percent(of("viewability"), 0));
  return (
    <dl className={classes.figures}>
      <Figure label={t.spend} note={impressions === 0 ? "" : t.cpm(format.money(of("cpmMicros")))}>
        {format.money(of("spendMicros"))}
      </Figure>
      <Figure label={t.impressions} note={viewed}>
        {format.number(impressions)}
      </Figure>
      <Figure label={t.ctr} note={t.clicks(format.number(clicks))}>
        {impressions === 0 ? "–" : <Rate totals={totals} />}
      </Figure>
      <Reach totals={totals} />
    </dl>
  );
}

function Rate({ totals }: { readonly totals: Report["totals"] }) {
  const format = useFormat();
  return (
    <Estimate
      value={figureOf(totals, "ctr")}
      low={figureOf(totals, "ctrLow")}
      high={figureOf(totals, "ctrHigh")}
      format={(share) => format.percent(share, 2)}
    />
  );
}

/** People are told by fifties, and not at all below. */
function Reach({ totals }: { readonly totals: Report["totals"] }) {
  const t = useWords(campaignWords).figures;
  const format = useFormat();
  const { reach } = totals;
  const isTold = typeof reach === "number";
  const note = isTold ? t.frequency(format.number(figureOf(totals, "frequency"), 1)) : t.fewHow;
  return (
    <Figure label={t.reach} note={note}>
      {isTold ? format.number(reach) : t.few}
    </Figure>
  );
}

interface FigureProps {
  readonly label: string;
  readonly note: string;
  readonly children: ReactNode;
}

function Figure({ label, note, children }: FigureProps) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <dd className={classes.big}>{children}</dd>
      <Text component="dd" size="sm" c="dimmed">
        {note}
      </Text>
    </div>
  );
}
