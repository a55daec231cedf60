import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useEuroMarks, useNumberMarks } from "../../ui/numberMarks.ts";
import { numberOf } from "../../ui/numberOf.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Campaign } from "../types.ts";
import { editWords, fieldWords } from "../words.ts";
import type { CampaignForm } from "./campaignForm.ts";
import type { CampaignFormState } from "./useCampaignForm.ts";

interface FieldsProps {
  readonly campaign: Campaign;
  readonly state: CampaignFormState;
}

/** As high as a line, so that fields beside each other stand in one row. */
const empty = "\u00a0";
const pacings = ["even", "front_loaded", "asap"] as const;

/** Name, dates, money, pace and radii, each with what the server says of it beside it. */
export function CampaignFields({ campaign, state }: FieldsProps) {
  const t = useWords(editWords);
  const { pacing } = useWords(fieldWords).values;
  const { form, set, errors } = state;
  const error = (name: keyof CampaignForm) => errors.fields[name];
  return (
    <div className={classes.columns}>
      <TextInput
        label={t.name}
        value={form.name}
        maxLength={200}
        error={error("name")}
        onChange={({ currentTarget }) => set({ name: currentTarget.value })}
      />
      <NativeSelect
        label={t.pacing}
        value={form.pacing}
        error={error("pacing")}
        data={pacings.map((value) => ({ value, label: pacing[value] }))}
        onChange={({ currentTarget: { value } }) =>
          set({ pacing: pacings.find((one) => one === value) ?? "even" })
        }
      />
      <Dates state={state} />
      <Money campaign={campaign} state={state} />
      <Radii campaign={campaign} state={state} />
    </div>
  );
}

function Dates({ state: { form, set, errors } }: Pick<FieldsProps, "state">) {
  const t = useWords(editWords);
  return (
    <>
      <TextInput
        type="date"
        label={t.startsOn}
        description={empty}
        value={form.startsOn}
        error={errors.fields.startsOn}
        onChange={({ currentTarget }) => set({ startsOn: currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t.endsOn}
        description={t.endsOnHint}
        value={form.endsOn}
        error={errors.fields.endsOn}
        onChange={({ currentTarget }) => set({ endsOn: currentTarget.value })}
      />
    </>
  );
}

type MoneyName = "dailyEuros" | "totalEuros" | "bidEuros";

function Money({ campaign, state: { form, set, errors } }: FieldsProps) {
  const t = useWords(editWords);
  const marks = useEuroMarks();
  const money = (name: MoneyName, label: string, description: string, decimals: number) => (
    <NumberInput
      label={label}
      description={description}
      {...marks}
      hideControls
      allowNegative={false}
      decimalScale={decimals}
      value={form[name]}
      error={errors.fields[name]}
      onChange={(value) => set({ [name]: numberOf(value) })}
    />
  );
  return (
    <>
      {money("dailyEuros", t.daily, t.dailyHint, 2)}
      {money("totalEuros", t.total, t.totalHint, 2)}
      {money("bidEuros", t.bid[campaign.pricing], empty, 4)}
    </>
  );
}

/** The radii of the zone's circles; what else is in it is not changed here. */
function Radii({ campaign, state: { form, set, errors } }: FieldsProps) {
  const t = useWords(editWords);
  const marks = useNumberMarks();
  const { radiiKilometers } = form;
  const isMixed = campaign.zone.include.some(({ type }) => type !== "circle");
  const circles = radiiKilometers.map((radius, index) => ({ name: `${index + 1}`, radius, index }));
  return circles.map(({ name, radius, index }) => (
    <NumberInput
      key={name}
      label={circles.length === 1 ? t.oneRadius : t.radius(name)}
      description={isMixed ? t.zoneOther : empty}
      step={1}
      allowNegative={false}
      {...marks}
      decimalScale={3}
      value={radius}
      error={errors.fields.radiiKilometers}
      onChange={(value) => {
        const typed = numberOf(value);
        set({ radiiKilometers: radiiKilometers.with(index, typed) });
      }}
    />
  ));
}
