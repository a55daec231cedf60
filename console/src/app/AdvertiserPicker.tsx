import { Combobox, InputBase, ScrollArea, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAdvertiser } from "../api/advertiser.ts";
import { queryOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { useWords } from "../words/language.ts";
import { shellWords } from "./shellWords.ts";

const limit = 30;

/** Narrows the console to one advertiser; nothing for somebody who has one alone. */
export function AdvertiserPicker() {
  const first = useQuery({
    ...queryOf("listAdvertisers", { limit: 2, fields: "advertiserId,name" }),
    enabled: useMay("campaigns:read"),
    staleTime: 5 * 60_000,
  });
  return (first.data?.items.length ?? 0) > 1 ? <Picker /> : null;
}

function Picker() {
  const t = useWords(shellWords).advertiser;
  const { advertiser, choose } = useAdvertiser();
  const [search, setSearch] = useState("");
  const store = useCombobox({ onDropdownClose: () => setSearch("") });
  const pick = (value: string, name: string | null) => {
    choose(name === null ? null : { advertiserId: Number(value), name });
    store.closeDropdown();
  };
  return (
    <Combobox
      store={store}
      position="bottom-start"
      onOptionSubmit={(value, { children }) =>
        pick(value, value === "all" ? null : String(children))
      }
    >
      <Combobox.Target>
        <InputBase
          aria-label={t.label}
          value={store.dropdownOpened ? search : (advertiser?.name ?? t.all)}
          placeholder={t.search}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onChange={(event) => setSearch(event.currentTarget.value)}
          onFocus={() => store.openDropdown()}
          onClick={() => store.openDropdown()}
          onBlur={() => store.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Options search={search} isOpen={store.dropdownOpened} />
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Options({ search, isOpen }: { readonly search: string; readonly isOpen: boolean }) {
  const t = useWords(shellWords).advertiser;
  const [asked] = useDebouncedValue(search.trim(), 150);
  const q = asked === "" ? undefined : asked;
  const found = useQuery({
    ...queryOf("listAdvertisers", { q, limit, sort: "name", fields: "advertiserId,name" }),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  });
  const items = found.data?.items ?? [];
  return (
    <Combobox.Options>
      <ScrollArea.Autosize mah={280} type="scroll">
        {q === undefined && <Combobox.Option value="all">{t.all}</Combobox.Option>}
        {items.map(({ advertiserId, name }) => (
          <Combobox.Option key={advertiserId} value={String(advertiserId)}>
            {name}
          </Combobox.Option>
        ))}
        {found.isSuccess && items.length === 0 && <Combobox.Empty>{t.none}</Combobox.Empty>}
      </ScrollArea.Autosize>
    </Combobox.Options>
  );
}
