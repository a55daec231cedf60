import { GlobeEuropeAfricaIcon } from "@heroicons/react/24/outline";
import { Route, Routes } from "react-router";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { NewSspPage } from "./NewSspPage.tsx";
import { SspListPage } from "./SspListPage.tsx";
import { SspPage } from "./SspPage.tsx";
import { sspsWords } from "./words.ts";

/** `/ssps`: exchanges; `/ssps/NAME`: one of them. */
export function Component() {
  const t = useWords(sspsWords);
  if (!useMay("platform"))
    return (
      <>
        <PageHeader title={t.title} />
        <EmptyState
          icon={<GlobeEuropeAfricaIcon />}
          title={t.forbidden.title}
          text={t.forbidden.text}
        />
      </>
    );
  return (
    <Routes>
      <Route index element={<SspListPage />} />
      {/* No SSP's name begins with a plus sign. */}
      <Route path="+" element={<NewSspPage />} />
      <Route path=":name" element={<SspPage />} />
    </Routes>
  );
}
