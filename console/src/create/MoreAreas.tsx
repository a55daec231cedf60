import { Group, Pill, Stack, Text } from "@mantine/core";
import { memo, useCallback } from "react";
import type { Place } from "../../../sdk/src/generated.ts";
import { useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import type { NamedArea } from "./draft.ts";
import { FieldError } from "./FieldError.tsx";
import { PlaceSearch } from "./PlaceSearch.tsx";
import { createWords } from "./words.ts";
import { areaOfPlace } from "./zoneOfDraft.ts";

/** Areas on each side, as the server has it; the first is the circle's. */
const mostAreas = 49;

type Areas = readonly NamedArea[];

interface AreaListProps {
  readonly label: string;
  readonly heading: string;
  readonly areas: readonly NamedArea[];
  readonly onChange: (areas: readonly NamedArea[]) => void;
}

const AreaList = memo(function AreaList({ label, heading, areas, onChange }: AreaListProps) {
  const t = useWords(createWords);
  const isFull = areas.length >= mostAreas;
  const add = (place: Place) => {
    if (isFull || areas.some((one) => one.label === place.label)) return;
    onChange([...areas, { label: place.label, area: areaOfPlace(place) }]);
  };
  return (
    <Stack gap="xs">
      <PlaceSearch
        key={areas.length}
        label={label}
        value=""
        placeholder=""
        error={isFull ? t.problems.noRoom : undefined}
        onChoose={add}
      />
      {areas.length > 0 && (
        <Group gap={6} role="group" aria-label={heading}>
          {areas.map((one) => (
            <Pill
              key={one.label}
              withRemoveButton
              removeButtonProps={{
                "aria-label": t.place.remove(one.label),
                tabIndex: 0,
                "aria-hidden": false,
              }}
              onRemove={() => onChange(areas.filter((other) => other !== one))}
            >
              {one.label}
            </Pill>
          ))}
        </Group>
      )}
    </Stack>
  );
});

/** Places besides the zone, and places that it leaves out. */
export function MoreAreas() {
  const t = useWords(createWords).place;
  const { draft, change } = useCreating();
  const { added, excluded } = draft;
  const add = useCallback((next: Areas) => change({ added: next }), [change]);
  const exclude = useCallback((next: Areas) => change({ excluded: next }), [change]);
  return (
    <details className={classes.more} open={added.length + excluded.length > 0}>
      <summary>{t.more}</summary>
      <Stack gap="md" mt="sm">
        <AreaList label={t.add} heading={t.added} areas={added} onChange={add} />
        <AreaList label={t.exclude} heading={t.excluded} areas={excluded} onChange={exclude} />
        <FieldError field="excluded" />
        <Text size="xs" c="dimmed">
          {t.outline}
        </Text>
      </Stack>
    </details>
  );
}
