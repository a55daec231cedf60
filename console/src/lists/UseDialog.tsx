import { Radio, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { AudienceList } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice, QueryState } from "../ui/states.tsx";
import { toastDone } from "../ui/toasts.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { useCampaignsOf } from "./useCampaignsOf.ts";
import { audienceWith, type CampaignOfList, type ListUse } from "./uses.ts";
import { listsWords } from "./words.ts";

interface UseDialogProps {
  /** Null = closed. */
  readonly list: AudienceList | null;
  readonly onClose: () => void;
}

/** A list for a campaign that is there: the only people it is shown to, or those it prefers. */
export function UseDialog({ list, onClose }: UseDialogProps) {
  const t = useWords(listsWords).use;
  return (
    <FormDialog opened={list !== null} onClose={onClose} title={t.title}>
      {list !== null && <UseOf list={list} onClose={onClose} />}
    </FormDialog>
  );
}

interface UseOfProps {
  readonly list: AudienceList;
  readonly onClose: () => void;
}

function UseOf({ list, onClose }: UseOfProps) {
  const t = useWords(listsWords).use;
  const query = useCampaignsOf(list.advertiserId);
  return (
    <QueryState query={query}>
      {({ items }) => {
        const open = items.filter(({ status }) => status !== "ended");
        return open.length === 0 ? (
          <Text c="dimmed">{t.none}</Text>
        ) : (
          <UseForm list={list} campaigns={open} onClose={onClose} />
        );
      }}
    </QueryState>
  );
}

const uses: readonly ListUse[] = ["only", "prefer", "none"];

function UseForm({
  list,
  campaigns,
  onClose,
}: UseOfProps & { readonly campaigns: readonly CampaignOfList[] }) {
  const t = useWords(listsWords).use;
  const { required } = useWords(uiWords).rules;
  const [chosen, choose] = useState<string | null>(null);
  const [use, setUse] = useState<ListUse>("prefer");
  const [isAsked, setAsked] = useState(false);
  const change = useWrite("changeCampaign", ["listCampaigns", "readCampaign"]);
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setAsked(true);
    const campaign = campaigns.find(({ campaignId }) => String(campaignId) === chosen);
    if (campaign === undefined) return;
    const body = { audience: audienceWith(campaign, list.segmentId, use) };
    const { campaignId = 0, version, name = "" } = campaign;
    const onSuccess = () => {
      toastDone(t.saved(name));
      onClose();
    };
    change.mutate({ input: { campaignId, body }, ifVersion: version }, { onSuccess });
  };
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="lg">
        {change.isError && <ProblemNotice error={change.error} />}
        <Select
          label={t.campaign}
          data={campaigns.map(({ campaignId, name = "" }) => ({
            value: String(campaignId),
            label: name,
          }))}
          value={chosen}
          onChange={choose}
          error={isAsked && chosen === null ? required : undefined}
          searchable
          data-autofocus
        />
        <Radio.Group label={t.how} value={use} onChange={(value) => setUse(value as ListUse)}>
          <Stack gap="xs" mt="xs">
            {uses.map((one) => (
              <Radio key={one} value={one} label={t.ways[one]} />
            ))}
          </Stack>
        </Radio.Group>
        <FormButtons action={t.save} isPending={change.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
