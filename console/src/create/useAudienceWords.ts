import { useQuery } from "@tanstack/react-query";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { segmentsQuery } from "./AudienceStep.tsx";
import { useCreating } from "./creating.ts";
import { createWords } from "./words.ts";

/** The audience in words: "De préférence : Aime la moto et Cherche une location". */
export function useAudienceWords(): string {
  const t = useWords(createWords).summary;
  const format = useFormat();
  const { segments, segmentMode } = useCreating().draft;
  const query = useQuery({ ...segmentsQuery(), enabled: segments.length > 0 });
  if (segments.length === 0) return t.everybody;
  const nameOf = (slug: string) => query.data?.items.find((one) => one.slug === slug)?.name ?? slug;
  const names = format.list(segments.map(nameOf));
  return segmentMode === "only" ? t.only(names) : t.prefer(names);
}
