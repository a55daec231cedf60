import { MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { queryOf } from "../api/queries.ts";
import { useWords } from "../words/language.ts";
import { accountsWords } from "./words.ts";

interface AdvertisersFieldProps {
  readonly value?: readonly number[];
  readonly onChange?: (advertiserIds: readonly number[]) => void;
  readonly error?: React.ReactNode;
}

const limit = 30;

/** The advertisers that a key is for; none = all. Thousands are searched, not listed. */
export function AdvertisersField({ value = [], onChange, error }: AdvertisersFieldProps) {
  const t = useWords(accountsWords).keys;
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 150);
  const q = asked === "" ? undefined : asked;
  const found = useQuery({
    ...queryOf("listAdvertisers", { q, limit, sort: "name", fields: "advertiserId,name" }),
    placeholderData: keepPreviousData,
  });
  // What was chosen stays named when another search no longer finds it.
  const names = useRef(new Map<string, string>());
  for (const { advertiserId, name } of found.data?.items ?? [])
    names.current.set(String(advertiserId), name);
  return (
    <MultiSelect
      label={t.advertisers}
      placeholder={value.length === 0 ? t.allAdvertisers : undefined}
      searchable
      filter={({ options }) => options}
      searchValue={search}
      onSearchChange={setSearch}
      value={value.map(String)}
      onChange={(ids) => onChange?.(ids.map(Number))}
      error={error}
      data={optionsOf(
        found.data?.items.map((one) => String(one.advertiserId)) ?? [],
        value,
        names.current,
      )}
    />
  );
}

function optionsOf(
  found: readonly string[],
  chosen: readonly number[],
  names: ReadonlyMap<string, string>,
) {
  const ids = new Set([...chosen.map(String), ...found]);
  return [...ids].map((id) => ({ value: id, label: names.get(id) ?? id }));
}
