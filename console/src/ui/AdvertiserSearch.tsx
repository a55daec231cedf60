import { CloseButton, Combobox, InputBase, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ChosenAdvertiser } from "../api/advertiser.ts";
import { queryOf } from "../api/queries.ts";
import { useWords } from "../words/language.ts";
import { uiWords } from "./words.ts";

interface AdvertiserSearchProps {
  readonly label: string;
  readonly value: ChosenAdvertiser | null;
  readonly onChange: (advertiser: ChosenAdvertiser | null) => void;
}

/** Chooses one of many advertisers by name; the cross takes the choice back. */
export function AdvertiserSearch({ label, value, onChange }: AdvertiserSearchProps) {
  const t = useWords(uiWords).advertiser;
  const [search, setSearch] = useState("");
  const store = useCombobox({ onDropdownClose: () => setSearch("") });
  const items = useFound(search, store.dropdownOpened);
  const pick = (id: string) => {
    const found = items.find((one) => String(one.advertiserId) === id);
    if (found !== undefined) onChange(found);
    store.closeDropdown();
  };
  return (
    <Combobox store={store} onOptionSubmit={pick}>
      <Combobox.Target>
        <InputBase
          label={label}
          value={store.dropdownOpened ? search : (value?.name ?? "")}
          placeholder={t.search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            store.openDropdown();
            store.selectFirstOption();
          }}
          onFocus={() => store.openDropdown()}
          onClick={() => store.openDropdown()}
          onBlur={() => store.closeDropdown()}
          rightSection={
            value === null ? (
              <Combobox.Chevron />
            ) : (
              <CloseButton size="sm" aria-label={t.all} onClick={() => onChange(null)} />
            )
          }
          rightSectionPointerEvents={value === null ? "none" : "all"}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} style={{ overflowY: "auto" }}>
          {items.map(({ advertiserId, name }) => (
            <Combobox.Option key={advertiserId} value={String(advertiserId)}>
              {name}
            </Combobox.Option>
          ))}
          {items.length === 0 && <Combobox.Empty>{t.none}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** Those whose name fits what is written, once it rests. */
function useFound(search: string, isOpen: boolean): readonly ChosenAdvertiser[] {
  const [asked] = useDebouncedValue(search.trim(), 150);
  const q = asked === "" ? undefined : asked;
  const found = useQuery({
    ...queryOf("listAdvertisers", { q, limit: 30, sort: "name", fields: "advertiserId,name" }),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  });
  return (found.data?.items ?? []).map(({ advertiserId, name }) => ({
    advertiserId: advertiserId ?? 0,
    name: name ?? "",
  }));
}
