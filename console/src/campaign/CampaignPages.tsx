import { Button } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Link, Route, Routes, useParams } from "react-router";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { NotFound } from "../ui/NotFound.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState, LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { CampaignHead } from "./CampaignHead.tsx";
import { CampaignTabs } from "./CampaignTabs.tsx";
import { Overview } from "./overview/Overview.tsx";
import type { Campaign } from "./types.ts";
import { UndoProvider } from "./UndoBar.tsx";
import { useCampaign } from "./useCampaignFacts.ts";
import { campaignWords } from "./words.ts";

const WhyPage = lazy(() => import("./why/WhyPage.tsx").then((m) => ({ default: m.WhyPage })));
const HerePage = lazy(() => import("./here/HerePage.tsx").then((m) => ({ default: m.HerePage })));
const EditPage = lazy(() => import("./edit/EditPage.tsx").then((m) => ({ default: m.EditPage })));
const HistoryPage = lazy(() =>
  import("./history/HistoryPage.tsx").then((m) => ({ default: m.HistoryPage })),
);

const mostId = 2_147_483_647;

/** `/campaigns/:campaignId`: one campaign, with a page for each question about it. */
export function Component() {
  const { campaignId = "" } = useParams();
  const id = /^[1-9]\d{0,9}$/.test(campaignId) ? Number(campaignId) : 0;
  return id === 0 || id > mostId ? <UnknownCampaign /> : <KnownId key={id} campaignId={id} />;
}

function KnownId({ campaignId }: { readonly campaignId: number }) {
  const query = useCampaign(campaignId);
  if (query.data !== undefined) return <CampaignPage campaign={query.data} />;
  if (!query.isError) return <LoadingRows rows={6} height={56} />;
  const isUnknown = query.error instanceof AtelierProblem && query.error.status === 404;
  if (isUnknown) return <UnknownCampaign />;
  return <AwayCampaign error={query.error} onRetry={() => void query.refetch()} />;
}

function AwayCampaign(props: { readonly error: unknown; readonly onRetry: () => void }) {
  const t = useWords(campaignWords);
  return (
    <>
      <PageHeader title={t.away} />
      <ProblemNotice {...props} />
    </>
  );
}

function CampaignPage({ campaign }: { readonly campaign: Campaign }) {
  return (
    <UndoProvider campaign={campaign}>
      <CampaignHead campaign={campaign} />
      <CampaignTabs campaignId={campaign.campaignId} />
      <Suspense fallback={<LoadingRows rows={6} height={56} />}>
        <Routes>
          <Route index element={<Overview campaign={campaign} />} />
          <Route path="why" element={<WhyPage campaign={campaign} />} />
          <Route path="here" element={<HerePage campaign={campaign} />} />
          <Route path="edit" element={<EditPage campaign={campaign} />} />
          <Route path="history" element={<HistoryPage campaign={campaign} />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </UndoProvider>
  );
}

function UnknownCampaign() {
  const t = useWords(campaignWords);
  return (
    <>
      <PageHeader title={t.unknownTitle} />
      <EmptyState
        title={t.unknownTitle}
        text={t.unknownText}
        action={
          <Button component={Link} to="/campaigns">
            {t.back}
          </Button>
        }
      />
    </>
  );
}
