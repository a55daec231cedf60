import { UserGroupIcon } from "@heroicons/react/24/outline";
import { Route, Routes } from "react-router";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { SegmentListPage } from "./SegmentListPage.tsx";
import { SegmentPage } from "./SegmentPage.tsx";
import { segmentsWords } from "./words.ts";

/** `/segments`: audiences; `/segments/ID`: one of them. */
export function Component() {
  const t = useWords(segmentsWords);
  if (!useMay("platform"))
    return (
      <>
        <PageHeader title={t.title} />
        <EmptyState icon={<UserGroupIcon />} title={t.forbidden.title} text={t.forbidden.text} />
      </>
    );
  return (
    <Routes>
      <Route index element={<SegmentListPage />} />
      <Route path=":segmentId" element={<SegmentPage />} />
    </Routes>
  );
}
