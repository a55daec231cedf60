import { ShieldCheckIcon } from "@heroicons/react/24/outline";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { ReviewPage } from "./ReviewPage.tsx";
import { reviewWords } from "./words.ts";

/** `/review`: creatives that wait, one at a time. */
export function Component() {
  const t = useWords(reviewWords);
  if (useMay("creatives:review")) return <ReviewPage />;
  return (
    <>
      <PageHeader title={t.title} />
      <EmptyState icon={<ShieldCheckIcon />} title={t.forbidden.title} text={t.forbidden.text} />
    </>
  );
}
