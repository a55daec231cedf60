import { RectangleGroupIcon } from "@heroicons/react/24/outline";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { PlacementsPage } from "./PlacementsPage.tsx";
import { placementsWords } from "./words.ts";

/** `/placements`: sites and their placements. */
export function Component() {
  const t = useWords(placementsWords);
  if (useMay("platform")) return <PlacementsPage />;
  return (
    <>
      <PageHeader title={t.title} />
      <EmptyState icon={<RectangleGroupIcon />} title={t.forbidden.title} text={t.forbidden.text} />
    </>
  );
}
