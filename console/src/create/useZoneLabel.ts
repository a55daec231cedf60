import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { useCreating } from "./creating.ts";
import { createWords } from "./words.ts";

/** The zone in words: "Limoges (87) et 10 km autour, sans Panazol (87)". */
export function useZoneLabel(): string {
  const { place: t, summary } = useWords(createWords);
  const format = useFormat();
  const { place, pin, base, radiusMeters, added, excluded } = useCreating().draft;
  const name = pin !== null ? t.moved : (place?.label ?? "");
  const main =
    base === "circle"
      ? t.around(name, format.distance(radiusMeters))
      : base === "shape"
        ? t.drawn
        : (place?.label ?? "");
  const listOf = (areas: typeof added) => format.list(areas.map(({ label }) => label));
  return [
    main,
    ...(added.length === 0 ? [] : [summary.plus(listOf(added))]),
    ...(excluded.length === 0 ? [] : [summary.without(listOf(excluded))]),
  ].join(", ");
}
