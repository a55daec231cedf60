import {
  Autocomplete,
  Button,
  NativeSelect,
  NumberInput,
  Stack,
  Switch,
  TextInput,
} from "@mantine/core";
import type { FormEvent } from "react";
import { useCategoryNames } from "../../ui/categoryNames.ts";
import { useWords } from "../../words/language.ts";
import type { Campaign } from "../types.ts";
import { campaignWords, whyWords } from "../words.ts";
import { PlaceSearch } from "./PlaceSearch.tsx";
import { deviceTypes, kindsFor, placeKinds, type Visit } from "./visit.ts";

interface FormProps {
  readonly campaign: Campaign;
  readonly visit: Visit;
  readonly onVisit: (visit: Visit) => void;
  readonly onAsk: () => void;
  readonly isBusy: boolean;
}

/** Who visits which page, from where and when. */
export function VisitForm({ campaign, visit, onVisit, onAsk, isBusy }: FormProps) {
  const t = useWords(whyWords).here;
  const { nameOf, codeOf, all } = useCategoryNames();
  const set = (fields: Partial<Visit>) => onVisit({ ...visit, ...fields });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAsk();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <PlaceSearch place={visit.place} onPlace={(place) => set({ place })} />
        <Choices {...{ visit, set }} />
        <Autocomplete
          label={t.category}
          description={t.categoryHint}
          value={nameOf(visit.category)}
          maxLength={100}
          data={[...all]}
          onChange={(written) => set({ category: codeOf(written) })}
        />
        <TextInput
          type="datetime-local"
          label={t.when}
          description={t.whenHint}
          value={visit.at}
          onChange={({ currentTarget }) => set({ at: currentTarget.value })}
        />
        <Switch
          label={t.consent}
          checked={visit.consent}
          onChange={({ currentTarget }) => set({ consent: currentTarget.checked })}
        />
        {visit.consent && <Scores {...{ campaign, visit, set }} />}
        <Button type="submit" loading={isBusy} disabled={visit.place === null}>
          {t.ask}
        </Button>
      </Stack>
    </form>
  );
}

interface PartProps {
  readonly visit: Visit;
  readonly set: (fields: Partial<Visit>) => void;
}

function Choices({ visit, set }: PartProps) {
  const t = useWords(whyWords).here;
  const { devices } = useWords(campaignWords);
  const kinds = kindsFor(visit.place);
  return (
    <>
      <NativeSelect
        label={t.how}
        value={visit.how}
        data={kinds.map((value) => ({ value, label: t.hows[value] }))}
        onChange={({ currentTarget: { value } }) =>
          set({ how: placeKinds.find((kind) => kind === value) ?? "search" })
        }
      />
      <NativeSelect
        label={t.device}
        value={visit.device}
        data={deviceTypes.map((value) => ({ value, label: devices[value] }))}
        onChange={({ currentTarget: { value } }) =>
          set({ device: deviceTypes.find((type) => type === value) ?? "mobile" })
        }
      />
    </>
  );
}

/** Scores of the audiences that the campaign wants; others change nothing. */
function Scores({ campaign, visit, set }: PartProps & { readonly campaign: Campaign }) {
  const t = useWords(whyWords).here;
  return campaign.audience.map(({ segment }) => (
    <NumberInput
      key={segment}
      label={t.scores(segment)}
      min={0}
      max={100}
      clampBehavior="strict"
      value={visit.scores[segment] ?? ""}
      onChange={(value) =>
        set({ scores: { ...visit.scores, [segment]: typeof value === "number" ? value : "" } })
      }
    />
  ));
}
