import { Group, Select } from "@mantine/core";
import type { AnswerOf } from "../../../sdk/src/client.ts";
import { useCategoryNames } from "../ui/categoryNames.ts";
import { useWords } from "../words/language.ts";
import type { Place } from "./DemandSection.tsx";
import { departementName } from "./departementName.ts";
import { insightsWords } from "./words.ts";

interface PlacePickersProps extends Place {
  readonly scope: AnswerOf<"readInsightScope">;
  readonly onChange: (place: Place) => void;
}

/** Of what, and where. */
export function PlacePickers({ scope, category, departement, onChange }: PlacePickersProps) {
  const t = useWords(insightsWords);
  const { nameOf } = useCategoryNames();
  const categories = scope.categories.map((value) => ({ value, label: nameOf(value) }));
  const places = [{ value: "*", label: t.everywhere }];
  for (const code of scope.departements) places.push({ value: code, label: departementName(code) });
  return (
    <Group gap="sm">
      <Select
        label={t.category}
        data={categories}
        value={category}
        searchable
        allowDeselect={false}
        onChange={(value) => value !== null && onChange({ category: value, departement })}
      />
      <Select
        label={t.departement}
        data={places}
        value={departement}
        searchable
        allowDeselect={false}
        onChange={(value) => value !== null && onChange({ category, departement: value })}
      />
    </Group>
  );
}
