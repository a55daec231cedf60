import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queryOf } from "../../api/queries.ts";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import { whyWords } from "../words.ts";
import type { ChosenPlace } from "./visit.ts";

const waitMs = 150;

interface SearchProps {
  readonly place: ChosenPlace | null;
  readonly onPlace: (place: ChosenPlace) => void;
}

/** A commune by the beginning of its name, or its postal code. Names are chosen with the arrows and Enter. */
export function PlaceSearch({ place, onPlace }: SearchProps) {
  const t = useWords(whyWords).here;
  const { number } = useFormat();
  const [typed, setTyped] = useState("");
  const isPoint = place?.kind === "point";
  // A commune that was chosen before is not the place any more.
  useEffect(() => {
    if (isPoint) setTyped("");
  }, [isPoint]);
  const [asked] = useDebouncedValue(typed.trim(), waitMs);
  const { data } = useQuery({
    ...queryOf("searchPlaces", { q: asked, kinds: "commune", limit: 8 }),
    enabled: asked.length > 1,
    staleTime: Infinity,
  });
  const places = data?.places ?? [];
  const choose = (label: string) => {
    const found = places.find((one) => one.label === label);
    if (found === undefined) return;
    const { code, lat, lon } = found;
    onPlace({ kind: "commune", inseeCode: code, label, lat, lon });
  };
  const isUnknown = data?.places.length === 0 && asked === typed.trim();
  const hint =
    place?.kind === "point"
      ? t.chosenPoint(number(place.lat, 3), number(place.lon, 3))
      : t.placeHint;
  return (
    <Autocomplete
      label={t.place}
      description={hint}
      error={isUnknown ? t.noPlace : undefined}
      value={typed}
      onChange={setTyped}
      onOptionSubmit={choose}
      data={[...new Set(places.map(({ label }) => label))]}
      // What is found was found by the server, which knows accents and postal codes.
      filter={({ options }) => options}
      selectFirstOptionOnChange
      maxLength={80}
    />
  );
}
