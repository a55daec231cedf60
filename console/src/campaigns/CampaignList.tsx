import { MagnifyingGlassIcon } from "@heroicons/react/24/outline";
import { Alert, Button, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useDeferredValue, useMemo, useState } from "react";
import { useAdvertiser } from "../api/advertiser.ts";
import { useMay } from "../api/session.ts";
import { EmptyState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { arrange } from "./arrange.ts";
import { BulkBar } from "./BulkBar.tsx";
import { CampaignCards } from "./CampaignCards.tsx";
import { CampaignTable } from "./CampaignTable.tsx";
import { ListTools } from "./ListTools.tsx";
import type { ListProps } from "./listProps.ts";
import { nothingSelected, toggled, toggledAll } from "./selection.ts";
import { useAdvertiserNames } from "./useAdvertiserNames.ts";
import type { Listed } from "./useCampaignRows.ts";
import { type Conflict, useChangeRow } from "./useChangeRow.ts";
import { useHealth } from "./useHealth.ts";
import { useView } from "./useView.ts";
import { usualView } from "./view.ts";
import { campaignsWords } from "./words.ts";

/** Loaded when two people have met: the first view is held to a size. */
const ConflictDialog = lazy(() =>
  import("./ConflictDialog.tsx").then((module) => ({ default: module.ConflictDialog })),
);

/** The list with its tools, its selection and what is done with it. */
export function CampaignList({ listed }: { readonly listed: Listed }) {
  const { view, change } = useView();
  const healths = useHealth(listed.rows, listed.isComplete);
  const [selection, setSelection] = useState(nothingSelected);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const changeRow = useChangeRow(setConflict);
  // What is typed is drawn at once; a long list follows within the next frames.
  const { advertiser } = useAdvertiser();
  const advertiserId = advertiser?.advertiserId ?? view.advertiserId;
  const quietView = useDeferredValue(
    useMemo(() => ({ ...view, advertiserId }), [view, advertiserId]),
  );
  const shown = useMemo(
    () => arrange(listed.rows, healths, quietView),
    [listed.rows, healths, quietView],
  );
  const shownIds = useMemo(() => shown.map(({ campaignId }) => campaignId), [shown]);
  const isPhone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const names = useAdvertiserNames();
  const mayWrite = useMay("campaigns:write");
  const { mutate } = changeRow;
  const forget = () => setConflict(null);
  const props: ListProps = {
    rows: shown,
    healths,
    names,
    view,
    selection,
    mayWrite,
    onSort: change,
    onToggle: (campaignId, isRange) =>
      setSelection((present) => toggled(present, campaignId, isRange, shownIds)),
    onToggleAll: () => setSelection((present) => toggledAll(present, shownIds)),
    onChange: mutate,
  };
  const List = isPhone ? CampaignCards : CampaignTable;
  return (
    <Stack gap="md">
      <ListTools {...{ listed, shown, healths, names, view, change }} />
      <CutNotice isCut={listed.isCut} count={listed.rows.length} />
      {shown.length === 0 ? <NothingFits change={change} /> : <List {...props} />}
      <BulkBar
        rows={listed.rows}
        selection={selection}
        onClear={() => setSelection(nothingSelected)}
      />
      <Suspense fallback={null}>
        {conflict && <ConflictDialog {...{ conflict, onApply: mutate }} onClose={forget} />}
      </Suspense>
    </Stack>
  );
}

function CutNotice({ isCut, count }: { readonly isCut: boolean; readonly count: number }) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  return isCut ? <Alert variant="light">{t.most(format.number(count))}</Alert> : null;
}

function NothingFits({ change }: { readonly change: ReturnType<typeof useView>["change"] }) {
  const t = useWords(campaignsWords);
  const { columns, sort, isDescending, ...noFilters } = usualView;
  return (
    <EmptyState
      title={t.nothing.title}
      text={t.nothing.text}
      icon={<MagnifyingGlassIcon />}
      action={
        <Button variant="default" onClick={() => change(noFilters)}>
          {t.clearFilters}
        </Button>
      }
    />
  );
}
