import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CellId, Zone, ZoneArea } from "../../../src/geo/types.ts";
import { api } from "../api/client.ts";
import { isShape, resolutionFor, shapeAreaM2, zoneCells } from "../map/zoneCells.ts";

/**
 * The hexagons of a zone: what was drawn at once, communes and other areas when the server has said which cells they are
 * (asked once an area and resolution). `zone`: the same object while it is the same.
 */
export function useZoneCells(zone: Zone | null): readonly CellId[] {
  const shapes = zone?.include.filter(isShape) ?? [];
  const wanted = resolutionFor(shapes.reduce((sum, area) => sum + shapeAreaM2(area), 0));
  const named = useMemo(
    () => [...(zone?.include ?? []), ...(zone?.exclude ?? [])].filter((it) => !isShape(it)),
    [zone],
  );
  const answers = useQueries({
    queries: named.map((area) => previewQuery(area, shapes.length === 0 ? finest : wanted)),
    combine: dataOf,
  });
  const resolution = Math.min(
    shapes.length === 0 ? finest : wanted,
    ...answers.map((it) => it?.resolution ?? finest),
  );
  return useMemo(() => {
    const known = new Map<ZoneArea, readonly string[]>(
      named.map((area, i) => [area, answers[i]?.cells ?? none]),
    );
    return zone === null ? none : zoneCells(zone, resolution, (area) => known.get(area) ?? none);
  }, [zone, named, resolution, answers]);
}

const finest = 9;
const none: readonly string[] = [];

type Answer = Awaited<ReturnType<typeof api.previewZone>>["cells"];

/** Outside of the hook, so that what has not changed stays the same. */
const dataOf = (results: readonly { readonly data?: Answer | undefined }[]) =>
  results.map(({ data }) => data ?? null);

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
