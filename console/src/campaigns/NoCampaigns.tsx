import { MegaphoneIcon } from "@heroicons/react/24/outline";
import { Button } from "@mantine/core";
import { Link } from "react-router";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { campaignsWords } from "./words.ts";

/** Nobody has begun yet: the way to begin. */
export function NoCampaigns() {
  const t = useWords(campaignsWords);
  const mayWrite = useMay("campaigns:write");
  const action = (
    <Button component={Link} to="/create" size="md">
      {t.empty.action}
    </Button>
  );
  return (
    <>
      <PageHeader title={t.title} />
      <EmptyState
        title={t.empty.title}
        text={mayWrite ? t.empty.text : t.empty.readerText}
        icon={<MegaphoneIcon />}
        action={mayWrite ? action : undefined}
      />
    </>
  );
}
