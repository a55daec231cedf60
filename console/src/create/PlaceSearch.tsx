import { Combobox, Group, Loader, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { memo, useEffect, useState } from "react";
import type { Place } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { searchText } from "./searchText.ts";
import { createWords } from "./words.ts";

interface PlaceSearchProps {
  readonly label: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly field?: string;
  readonly placeholder?: string;
  /** The place, and the whole of what was written. */
  readonly onChoose: (place: Place, written: string) => void;
  readonly onLeave?: () => void;
}

const restMs = 120;
const mostPlaces = 7;

/** A box that finds communes, postal codes, départements and regions while one writes. Drawn again only where something of it has changed. */
export const PlaceSearch = memo(function PlaceSearch(props: PlaceSearchProps) {
  const t = useWords(createWords).place;
  const { label, value, error, placeholder = t.placeholder, field, onChoose, onLeave } = props;
  const [written, setWritten] = useState<string | null>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const text = written ?? value;
  const found = usePlaces(written ?? "");
  // What comes is offered at once: Enter takes the first.
  const { selectFirstOption } = combobox;
  useEffect(() => {
    if (found.places.length > 0) selectFirstOption();
  }, [found.places, selectFirstOption]);
  const choose = (code: string) => {
    const place = found.places.find((one) => keyOf(one) === code);
    combobox.closeDropdown();
    if (place === undefined) return;
    setWritten(null);
    onChoose(place, text);
  };
  const write = (next: string) => {
    setWritten(next);
    combobox.openDropdown();
  };
  const leave = () => {
    combobox.closeDropdown();
    onLeave?.();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal={false}>
      <Combobox.Target withExpandedAttribute>
        <TextInput
          {...{ label, placeholder, error }}
          data-field={field}
          role="combobox"
          aria-autocomplete="list"
          value={text}
          size="md"
          autoComplete="off"
          onChange={(event) => write(event.currentTarget.value)}
          onFocus={() => written !== null && combobox.openDropdown()}
          onBlur={leave}
          rightSection={found.isLoading ? <Loader size="xs" aria-hidden /> : null}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={(written ?? "") === ""}>
        <Found
          places={found.places}
          isError={found.isError}
          isAsked={found.isAsked}
          label={label}
        />
      </Combobox.Dropdown>
    </Combobox>
  );
});

const keyOf = ({ kind, code }: Place): string => `${kind} ${code}`;

const none: readonly Place[] = [];

function usePlaces(written: string) {
  const [rested] = useDebouncedValue(searchText(written), restMs);
  const query = useQuery({
    ...queryOf("searchPlaces", { q: rested, limit: mostPlaces }),
    enabled: rested !== "",
    placeholderData: keepPreviousData,
    staleTime: 3_600_000,
  });
  return {
    places: (rested === "" ? undefined : query.data?.places) ?? none,
    isLoading: query.isFetching,
    isError: query.isError,
    isAsked: query.isSuccess && !query.isPlaceholderData,
  };
}

interface FoundProps {
  readonly places: readonly Place[];
  readonly isError: boolean;
  readonly isAsked: boolean;
  readonly label: string;
}

function Found({ places, isError, isAsked, label }: FoundProps) {
  const t = useWords(createWords).place;
  const format = useFormat();
  const told = isError ? t.failed : places.length === 0 ? (isAsked ? t.none : t.short) : null;
  return (
    <Combobox.Options aria-label={label}>
      {told !== null && <Combobox.Empty>{told}</Combobox.Empty>}
      {places.map((place) => (
        <Combobox.Option value={keyOf(place)} key={keyOf(place)}>
          <Group justify="space-between" wrap="nowrap" gap="md">
            <Text size="sm">{place.label}</Text>
            <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              {t.people(format.number(place.population))}
            </Text>
          </Group>
        </Combobox.Option>
      ))}
    </Combobox.Options>
  );
}
