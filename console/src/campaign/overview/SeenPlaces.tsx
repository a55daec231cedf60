import { Button, Group, Skeleton, Text } from "@mantine/core";
import { cellToLatLng } from "h3-js";
import { lazy, Suspense, useMemo } from "react";
import type { LonLat } from "../../map/outlines.ts";
import { boundsOf, ringsOf } from "../../map/outlines.ts";
import { Section } from "../../ui/Section.tsx";
import { EmptyState, QueryState } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useZoneText } from "../../ui/useZoneText.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Campaign, ReportRow } from "../types.ts";
import { useReport } from "../useCampaignFacts.ts";
import { campaignWords } from "../words.ts";
import { figureOf } from "./delivery.ts";
import type { PeriodProps } from "./KeyFigures.tsx";
import { pointsToSee, seenCells } from "./seenCells.ts";

const AtelierMap = lazy(() =>
  import("../../map/AtelierMap.tsx").then((m) => ({ default: m.AtelierMap })),
);

interface SeenPlacesProps extends PeriodProps {
  /** Shows a longer period; absent = there is none. */
  readonly onWiden?: (() => void) | undefined;
}

/** Where it was seen, by hexagons of at least 50 people. */
export function SeenPlaces({ campaign, period, onWiden }: SeenPlacesProps) {
  const t = useWords(campaignWords).places;
  const query = useReport({
    campaignId: campaign.campaignId,
    ...period,
    dimensions: "cell",
    measures: "impressions",
    sort: "-impressions",
    limit: "5000",
  });
  return (
    <Section title={t.title} text={t.text}>
      <QueryState query={query} loading={<Skeleton height={380} />}>
        {({ rows }) => <Places campaign={campaign} rows={rows} onWiden={onWiden} />}
      </QueryState>
    </Section>
  );
}

interface PlacesProps {
  readonly campaign: Campaign;
  readonly rows: readonly ReportRow[];
  readonly onWiden: (() => void) | undefined;
}

function Places({ campaign, rows, onWiden }: PlacesProps) {
  const t = useWords(campaignWords).places;
  const { number } = useFormat();
  const cells = useMemo(() => seenCells(rows), [rows]);
  const untold = rows.find(({ departement }) => departement === null);
  if (cells.length === 0)
    return (
      <EmptyState
        title={t.empty}
        text={t.emptyHow}
        action={
          onWiden && (
            <Button variant="default" onClick={onWiden}>
              {t.widen}
            </Button>
          )
        }
      />
    );
  return (
    <>
      <SeenMap campaign={campaign} cells={cells} />
      {untold !== undefined && (
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {t.untold} : {number(figureOf(untold, "impressions"))}
          </Text>
        </Group>
      )}
    </>
  );
}

interface MapProps {
  readonly campaign: Campaign;
  readonly cells: ReturnType<typeof seenCells>;
}

function SeenMap({ campaign, cells }: MapProps) {
  const t = useWords(campaignWords).places;
  const zone = useZoneText();
  const { include, exclude } = campaign.zone;
  const picture = useMemo(
    () => ({ cells, rings: ringsOf(include), holes: ringsOf(exclude), pin: null, handle: null }),
    [cells, include, exclude],
  );
  const view = useMemo(() => {
    const centres = cells.map(({ cell }): LonLat => {
      const [lat, lon] = cellToLatLng(cell);
      return [lon, lat];
    });
    return boundsOf(pointsToSee(centres, picture.rings));
  }, [cells, picture]);
  return (
    <div className={classes.map}>
      <Suspense fallback={<Skeleton height={380} />}>
        <AtelierMap
          label={t.map(zone(campaign.zoneLabel))}
          picture={picture}
          view={view}
          height={380}
        />
      </Suspense>
    </div>
  );
}
