import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { memo, useCallback, useId } from "react";
import type { Place } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { useCreating } from "./creating.ts";
import type { ZoneBase } from "./draft.ts";
import { FieldError } from "./FieldError.tsx";
import { MoreAreas } from "./MoreAreas.tsx";
import { PlaceSearch } from "./PlaceSearch.tsx";
import { RadiusField } from "./RadiusField.tsx";
import { addressIn } from "./searchText.ts";
import { createWords } from "./words.ts";

/** Where: a place, and how far around it. */
export function PlaceStep() {
  const t = useWords(createWords).place;
  const { draft, change, errorAt, touch } = useCreating();
  const { place, address, pin, base } = draft;
  const choose = useCallback(
    ({ kind, code, label, lat, lon }: Place, written: string) =>
      change({
        place: { kind, code, label, lat, lon },
        address: addressIn(written),
        pin: null,
        corners: [],
        // A département is not a point with something around it.
        base: kind === "departement" || kind === "region" ? "place" : "circle",
      }),
    [change],
  );
  const leave = useCallback(() => touch("place"), [touch]);
  return (
    <Stack gap="lg">
      <PlaceSearch
        label={t.search}
        field="place"
        value={address ?? place?.label ?? ""}
        error={errorAt("place")}
        onChoose={choose}
        onLeave={leave}
      />
      {address !== null && pin === null && place !== null && (
        <Text size="sm" c="dimmed" role="status">
          {t.streetUnknown(place.label)}
        </Text>
      )}
      {place !== null && (
        <>
          <BaseField base={base} change={change} />
          {base === "circle" && <RadiusField />}
          {base === "shape" && <DrawField />}
          <MoreAreas />
          {errorAt("zone") !== undefined && <FieldError field="zone" />}
        </>
      )}
    </Stack>
  );
}

interface BaseFieldProps {
  readonly base: ZoneBase;
  readonly change: (patch: { readonly base: ZoneBase }) => void;
}

const BaseField = memo(function BaseField({ base, change }: BaseFieldProps) {
  const t = useWords(createWords).place;
  const id = useId();
  const choices: readonly { readonly value: ZoneBase; readonly label: string }[] = [
    { value: "circle", label: t.circle },
    { value: "place", label: t.own },
    { value: "shape", label: t.shape },
  ];
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500} id={id}>
        {t.base}
      </Text>
      <SegmentedControl
        aria-labelledby={id}
        fullWidth
        data={choices.map((one) => ({ ...one }))}
        value={base}
        onChange={(value) => change({ base: value as ZoneBase })}
      />
    </Stack>
  );
});

function DrawField() {
  const t = useWords(createWords).place;
  const format = useFormat();
  const { draft, change } = useCreating();
  const { corners } = draft;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t.draw}
      </Text>
      <Text size="sm" role="status">
        {t.corners(format.number(corners.length))}
      </Text>
      <Group gap="sm">
        <Button
          variant="default"
          size="xs"
          disabled={corners.length === 0}
          onClick={() => change({ corners: corners.slice(0, -1) })}
        >
          {t.undo}
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={corners.length === 0}
          onClick={() => change({ corners: [] })}
        >
          {t.clear}
        </Button>
      </Group>
    </Stack>
  );
}
