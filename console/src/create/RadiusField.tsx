import { Group, NumberInput, Slider, Stack, Text } from "@mantine/core";
import { memo, useId } from "react";
import { useNumberMarks } from "../ui/numberMarks.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { type Creating, useCreating } from "./creating.ts";
import { radiusRange } from "./problemsOfDraft.ts";
import { createWords } from "./words.ts";

/** Where the slider ends; farther ones are written. Its steps are even to the hand, not in kilometres. */
const slider = { least: 1, most: 100, steps: 200 };
const marks = [1, 3, 10, 30, 100];

const toKm = (position: number): number => {
  const km = slider.least * (slider.most / slider.least) ** (position / slider.steps);
  return km < 10 ? Math.round(km * 10) / 10 : Math.round(km);
};
const toPosition = (km: number): number =>
  Math.round(
    (slider.steps * Math.log(Math.max(slider.least, km) / slider.least)) /
      Math.log(slider.most / slider.least),
  );

/** The radius by hand, by arrows and by number. */
export function RadiusField() {
  const { draft, change, drag, errorAt, touch } = useCreating();
  const error = errorAt("radius");
  return <RadiusInputs radiusMeters={draft.radiusMeters} {...{ error, change, drag, touch }} />;
}

interface RadiusInputsProps extends Pick<Creating, "change" | "drag" | "touch"> {
  readonly radiusMeters: number;
  readonly error: string | undefined;
}

/** Drawn again with another radius, not with each answer. */
const RadiusInputs = memo(function RadiusInputs(props: RadiusInputsProps) {
  const { radiusMeters, error, change, drag, touch } = props;
  const t = useWords(createWords).place;
  const labelId = useId();
  const typed = useNumberMarks();
  const format = useFormat();
  const km = radiusMeters / 1_000;
  const ofKm = (value: number) => ({ radiusMeters: Math.round(value * 1_000) });
  return (
    <Stack gap={6}>
      <Group justify="space-between" align="flex-end">
        <Text size="sm" fw={500} id={labelId}>
          {t.radius}
        </Text>
        <NumberInput
          aria-label={t.radiusField}
          data-field="radius"
          value={km}
          onChange={(value) => typeof value === "number" && change(ofKm(value))}
          onBlur={() => touch("radius")}
          error={error}
          min={radiusRange.least / 1_000}
          max={radiusRange.most / 1_000}
          clampBehavior="none"
          {...typed}
          decimalScale={1}
          suffix=" km"
          w={120}
        />
      </Group>
      <Slider
        thumbLabel={t.radius}
        aria-labelledby={labelId}
        value={toPosition(km)}
        onChange={(position) => drag(ofKm(toKm(position)), false, performance.now())}
        onChangeEnd={() => drag({}, true, performance.now())}
        min={0}
        max={slider.steps}
        label={(position) => format.distance(toKm(position) * 1_000)}
        marks={marks.map((one) => ({ value: toPosition(one), label: String(one) }))}
        mb="lg"
        mx={6}
      />
    </Stack>
  );
});
