import { PlusIcon } from "@heroicons/react/24/outline";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
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
  return (
    <QueryState query={listed} loading={<Frame actions={null} loading />}>
      {(data) =>
        data.rows.length === 0 ? (
          <NoCampaigns />
        ) : (
          <Frame actions={mayWrite ? create : null}>
            <CampaignList listed={data} />
          </Frame>
        )
      }
    </QueryState>
  );
}

interface FrameProps {
  readonly actions: ReactNode;
  readonly loading?: boolean;
  readonly children?: ReactNode;
}

function Frame({ actions, loading = false, children }: FrameProps) {
  const t = useWords(campaignsWords);
  return (
    <>
      <PageHeader title={t.title} actions={actions ?? undefined} />
      {loading ? <LoadingRows rows={8} height={64} /> : children}
    </>
  );
}
