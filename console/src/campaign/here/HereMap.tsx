import { Skeleton } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import type { MapKey } from "../../map/AtelierMap.tsx";
import { boundsOf, type LonLat, ringsOf } from "../../map/outlines.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Campaign } from "../types.ts";
import { whyWords } from "../words.ts";
import { moved, type Visit } from "./visit.ts";

const AtelierMap = lazy(() =>
  import("../../map/AtelierMap.tsx").then((m) => ({ default: m.AtelierMap })),
);

interface MapProps {
  readonly campaign: Campaign;
  readonly visit: Visit;
  readonly onVisit: (visit: Visit) => void;
  /** At once, with the place that was just picked. */
  readonly onAsk: (visit: Visit) => void;
}

/** The zone, and the place that is asked about: clicked, or moved by arrows. */
export function HereMap({ campaign, visit, onVisit, onAsk }: MapProps) {
  const t = useWords(whyWords).here;
  const { include, exclude } = campaign.zone;
  const { place } = visit;
  const picture = useMemo(
    () => ({
      cells: [],
      rings: ringsOf(include),
      holes: ringsOf(exclude),
      pin: place,
      handle: null,
    }),
    [include, exclude, place],
  );
  // The view stays while the place moves within what is seen; another commune is gone to.
  const commune = place?.kind === "commune" ? place : null;
  const view = useMemo(() => {
    const corners = ringsOf(include).flat();
    const point: readonly LonLat[] = commune === null ? [] : [[commune.lon, commune.lat]];
    return boundsOf([...corners, ...around(point)]);
  }, [include, commune]);
  const pick = ({ lat, lon }: { readonly lat: number; readonly lon: number }) => {
    const how = visit.how === "home" ? "search" : visit.how;
    const picked: Visit = { ...visit, how, place: { kind: "point", lat, lon } };
    onVisit(picked);
    onAsk(picked);
  };
  const onKey = (key: MapKey, isLarge: boolean) => {
    if (key === "choose") return onAsk(visit);
    if (key === "larger" || key === "smaller") return;
    const from = place ?? middleOf(view);
    const how = visit.how === "home" ? "search" : visit.how;
    onVisit({ ...visit, how, place: moved(from, key, isLarge) });
  };
  return (
    <div className={classes.map}>
      <Suspense fallback={<Skeleton height={380} />}>
        <AtelierMap label={t.map} height={380} {...{ picture, view, onKey }} onPick={pick} />
      </Suspense>
    </div>
  );
}

const halfDegrees = 0.1;

/** A point alone has no extent to look at. */
const around = (points: readonly LonLat[]): readonly LonLat[] =>
  points.flatMap(([lon, lat]): readonly LonLat[] => [
    [lon - halfDegrees, lat - halfDegrees],
    [lon + halfDegrees, lat + halfDegrees],
  ]);

const limoges = { lat: 45.83, lon: 1.26 };

function middleOf(view: ReturnType<typeof boundsOf>) {
  if (view === null) return limoges;
  return { lat: (view.north + view.south) / 2, lon: (view.east + view.west) / 2 };
}
