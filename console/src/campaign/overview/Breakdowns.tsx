import { Text } from "@mantine/core";
import { useCategoryNames } from "../../ui/categoryNames.ts";
import { Section } from "../../ui/Section.tsx";
import { QueryState } from "../../ui/states.tsx";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { ReportRow } from "../types.ts";
import { useReport } from "../useCampaignFacts.ts";
import { campaignWords } from "../words.ts";
import type { PeriodProps } from "./KeyFigures.tsx";
import { RateTable } from "./RateTable.tsx";

type Dimension = "device" | "category" | "commune";

/** Devices, categories and communes, each by impressions. */
export function Breakdowns(props: PeriodProps) {
  return (
    <div className={classes.columns}>
      <Breakdown {...props} dimension="device" />
      <Breakdown {...props} dimension="category" />
      <Breakdown {...props} dimension="commune" />
    </div>
  );
}

function Breakdown({ campaign, period, dimension }: PeriodProps & { dimension: Dimension }) {
  const t = useWords(campaignWords).compare;
  const nameOf = useRowName(dimension);
  const query = useReport({
    campaignId: campaign.campaignId,
    ...period,
    dimensions: dimension,
    measures: "impressions,clicks,ctr",
    sort: "-impressions",
    limit: "12",
  });
  return (
    <Section title={t[dimension]}>
      <QueryState query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Text c="dimmed">{t.empty}</Text>
          ) : (
            <RateTable
              label={t[dimension]}
              rows={rows.map((row) => ({ key: keyOf(row, dimension), name: nameOf(row), row }))}
            />
          )
        }
      </QueryState>
    </Section>
  );
}

const keyOf = (row: ReportRow, dimension: Dimension): string =>
  `${row.departement ?? ""} ${row[dimension] ?? ""}`;

function useRowName(dimension: Dimension): (row: ReportRow) => string {
  const t = useWords(campaignWords);
  const { nameOf } = useCategoryNames();
  const devices: Readonly<Record<string, string>> = t.devices;
  return (row) => {
    const value = row[dimension];
    if (dimension === "commune") {
      if (row.departement === null) return t.places.untold;
      return value === null ? String(row.departement) : String(row.communeName ?? value);
    }
    if (value === null || value === undefined)
      return dimension === "device" ? t.compare.noDevice : t.compare.noCategory;
    return dimension === "device"
      ? (devices[String(value)] ?? String(value))
      : nameOf(String(value));
  };
}
