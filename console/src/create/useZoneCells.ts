import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Zone, ZoneArea } from "../../../src/geo/types.ts";
import { api } from "../api/client.ts";
import { type MapCell, shadeCells } from "../map/cellShades.ts";
import { isShape, resolutionFor, shapeAreaM2, zoneCells } from "../map/zoneCells.ts";
import type { Plan } from "./planBid.ts";

/**
 * The hexagons of a zone: what was drawn at once, communes and other areas when the server has said which cells they are
 * (asked once an area and resolution), shaded by the people of the latest forecast.
 */
export function useZoneCells(zone: Zone | null, plan: Plan | null): readonly MapCell[] {
  const shapes = zone?.include.filter(isShape) ?? [];
  const wanted = resolutionFor(shapes.reduce((sum, area) => sum + shapeAreaM2(area), 0));
  const named = [...(zone?.include ?? []), ...(zone?.exclude ?? [])].filter((it) => !isShape(it));
  const known = useQueries({
    queries: named.map((area) => previewQuery(area, shapes.length === 0 ? finest : wanted)),
    combine: (results) =>
      new Map(results.flatMap(({ data }, i) => (data ? [[JSON.stringify(named[i]), data]] : []))),
  });
  const answered = [...known.values()].map(({ resolution }) => resolution);
  const resolution = Math.min(shapes.length === 0 ? finest : wanted, ...answered);
  const zoneKey = JSON.stringify(zone);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the zone is the same while its text is.
  const cells = useMemo(
    () =>
      zone === null
        ? []
        : zoneCells(zone, resolution, (area) => known.get(JSON.stringify(area))?.cells ?? []),
    [zoneKey, resolution, known],
  );
  const counted = plan?.forecast.map.cells;
  return useMemo(() => shadeCells(cells, counted ?? []), [cells, counted]);
}

const finest = 8;

const previewQuery = (area: ZoneArea, resolution: number) => ({
  queryKey: ["zone.cells", area, resolution] as const,
  queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
    // Read from a draft: as the API writes it.
    const zone = { include: [area], exclude: [] } as Parameters<
      typeof api.previewZone
    >[0]["body"]["zone"];
    const options = { signal, idempotencyKey: null };
    return (await api.previewZone({ body: { zone, resolution } }, options)).cells;
  },
  staleTime: Number.POSITIVE_INFINITY,
});
