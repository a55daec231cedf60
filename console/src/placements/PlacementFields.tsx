import { MultiSelect, NumberInput, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { bannerSizes } from "../../../src/campaigns/limits.ts";
import { queryOf } from "../api/queries.ts";
import { useEuroMarks } from "../ui/numberMarks.ts";
import { useWords } from "../words/language.ts";
import type { PlacementFormState } from "./usePlacementForm.ts";
import { placementsWords } from "./words.ts";

interface FieldsProps {
  readonly form: PlacementFormState;
}

const usualSizes = bannerSizes.map(([width, height]) => `${width}x${height}`);

export function FloorAndSizes({ form }: FieldsProps) {
  const t = useWords(placementsWords).form;
  const marks = useEuroMarks();
  return (
    <>
      <TagsInput
        {...form.getInputProps("sizes")}
        label={t.sizes}
        description={t.sizesHint}
        data={usualSizes}
        acceptValueOnBlur
      />
      <NumberInput
        {...form.getInputProps("floorEuros")}
        label={t.floor}
        min={0}
        {...marks}
        decimalScale={2}
      />
    </>
  );
}

export function Limits({ form }: FieldsProps) {
  const t = useWords(placementsWords).form;
  const advertisers = useQuery(
    queryOf("listAdvertisers", { limit: 200, fields: "advertiserId,name" }),
  );
  const known = (advertisers.data?.items ?? []).map((one) => ({
    value: String(one.advertiserId),
    label: one.name ?? String(one.advertiserId),
  }));
  // Those that the first page does not name are kept by their number.
  const unnamed = form.values.blockedAdvertiserIds
    .filter((id) => !known.some(({ value }) => value === id))
    .map((id) => ({ value: id, label: `nº ${id}` }));
  return (
    <>
      <TagsInput
        {...form.getInputProps("allowedCategories")}
        label={t.allowedCategories}
        description={t.allowedCategoriesHint}
        acceptValueOnBlur
      />
      <TagsInput
        {...form.getInputProps("blockedTrades")}
        label={t.blockedTrades}
        acceptValueOnBlur
      />
      <MultiSelect
        {...form.getInputProps("blockedAdvertiserIds")}
        label={t.blockedAdvertisers}
        data={[...known, ...unnamed]}
        searchable
        limit={50}
      />
    </>
  );
}
