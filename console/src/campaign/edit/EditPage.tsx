import { Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { useMay } from "../../api/session.ts";
import { Section } from "../../ui/Section.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { useZoneText } from "../../ui/useZoneText.ts";
import { useWords } from "../../words/language.ts";
import type { Campaign } from "../types.ts";
import { editWords } from "../words.ts";
import { CampaignEditor } from "./CampaignEditor.tsx";
import { CreativesEditor } from "./CreativesEditor.tsx";
import { DirtyContext, type TellDirty } from "./dirty.ts";
import { LeaveGuard } from "./LeaveGuard.tsx";

/** Settings and creatives of a campaign. */
export function EditPage({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(editWords);
  const mayWrite = useMay("campaigns:write");
  const zone = useZoneText();
  const { hash } = useLocation();
  useEffect(() => {
    if (hash === "#creatives") document.getElementById("creatives")?.scrollIntoView();
  }, [hash]);
  const [dirty, setDirty] = useState<readonly string[]>([]);
  const tell: TellDirty = useCallback((name, isDirty) => {
    setDirty((names) => [...names.filter((one) => one !== name), ...(isDirty ? [name] : [])]);
  }, []);
  if (campaign.status === "ended") return <EmptyState title={t.endedTitle} text={t.endedText} />;
  return (
    <DirtyContext value={tell}>
      <LeaveGuard isDirty={dirty.length > 0} />
      <Stack gap={48}>
        {!mayWrite && <Text c="dimmed">{t.readOnly}</Text>}
        <Section title={t.settings} text={t.zoneIs(zone(campaign.zoneLabel))}>
          <CampaignEditor campaign={campaign} isReadOnly={!mayWrite} />
        </Section>
        <div id="creatives">
          <CreativesEditor campaign={campaign} isReadOnly={!mayWrite} />
        </div>
      </Stack>
    </DirtyContext>
  );
}
