import { PlusIcon } from "@heroicons/react/24/outline";
import { Button } from "@mantine/core";
import { Link } from "react-router";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { LoadingRows, QueryState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { CampaignList } from "./CampaignList.tsx";
import { NoCampaigns } from "./NoCampaigns.tsx";
import { useCampaignRows } from "./useCampaignRows.ts";
import { useView } from "./useView.ts";
import { serverSort } from "./view.ts";
import { campaignsWords } from "./words.ts";

/** Every campaign of whoever has signed in: found, compared, and changed many at once. */
export function Component() {
  const t = useWords(campaignsWords);
  const { view } = useView();
  const listed = useCampaignRows(serverSort(view));
  const mayWrite = useMay("campaigns:write");
  const create = (
    <Button component={Link} to="/create" leftSection={<PlusIcon width={18} />}>
      {t.create}
    </Button>
  );
  if (listed.data?.rows.length === 0) return <NoCampaigns />;
  return (
    <>
      <PageHeader
        title={t.title}
        actions={mayWrite && listed.data !== undefined ? create : undefined}
      />
      <QueryState query={listed} loading={<LoadingRows rows={8} height={64} />}>
        {(data) => <CampaignList listed={data} />}
      </QueryState>
    </>
  );
}
