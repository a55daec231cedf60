import { NativeSelect } from "@mantine/core";
import { toastProblem } from "../../ui/toasts.ts";
import { useWords } from "../../words/language.ts";
import type { Campaign } from "../types.ts";
import { useTellChange } from "../UndoBar.tsx";
import { useCampaignChange } from "../useCampaignChange.ts";
import { campaignWords, editWords, fieldWords } from "../words.ts";

const rotations = ["even", "weighted", "auto"] as const;

interface RotationProps {
  readonly campaign: Campaign;
  readonly isReadOnly: boolean;
}

/** How creatives take turns; written when it is chosen. */
export function RotationField({ campaign, isReadOnly }: RotationProps) {
  const t = useWords(editWords).creatives;
  const { saved } = useWords(campaignWords).undo;
  const { creativeRotation } = useWords(fieldWords).values;
  const change = useCampaignChange();
  const tell = useTellChange();
  const choose = (value: string) => {
    const rotation = rotations.find((one) => one === value) ?? "even";
    change(campaign, { creativeRotation: rotation })
      .then((made) => tell({ ...made, message: saved }))
      .catch(toastProblem);
  };
  return (
    <NativeSelect
      label={t.rotation}
      maw={360}
      disabled={isReadOnly}
      value={campaign.creativeRotation}
      data={rotations.map((value) => ({ value, label: creativeRotation[value] }))}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    />
  );
}
