import { SignalIcon } from "@heroicons/react/24/outline";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { LivePage } from "./LivePage.tsx";
import { liveWords } from "./words.ts";

/** `/live`: what the system does at this moment. */
export function Component() {
  const t = useWords(liveWords);
  if (useMay("platform")) return <LivePage />;
  return (
    <>
      <PageHeader title={t.title} />
      <EmptyState icon={<SignalIcon />} title={t.forbidden.title} text={t.forbidden.text} />
    </>
  );
}
