import { Stack } from "@mantine/core";
import { CampaignDemand } from "../../insights/CampaignDemand.tsx";
import { SuspensionNotices } from "../../suspensions/SuspensionNotices.tsx";
import type { Campaign } from "../types.ts";
import { useNow } from "../useNow.ts";
import { Attention } from "./Attention.tsx";
import { Breakdowns } from "./Breakdowns.tsx";
import { CreativesCompared } from "./CreativesCompared.tsx";
import { DeliverySection } from "./DeliverySection.tsx";
import { KeyFigures } from "./KeyFigures.tsx";
import { PaceToday } from "./PaceToday.tsx";
import { PeriodPicker, usePeriod } from "./PeriodPicker.tsx";
import { parisDay } from "./period.ts";
import { SeenPlaces } from "./SeenPlaces.tsx";

/** How one campaign does: what needs attention first, then its figures in a period. */
export function Overview({ campaign }: { readonly campaign: Campaign }) {
  const today = parisDay(useNow());
  const chosen = usePeriod(today, campaign.startsOn);
  const props = { campaign, period: chosen.period, today };
  // Places are told of fifty people at least: a month has them where a week has not.
  const isShort = chosen.name === "today" || chosen.name === "week";
  const widen = isShort ? () => chosen.choose("month") : undefined;
  return (
    <Stack gap={48}>
      <Stack gap="lg">
        <SuspensionNotices campaignId={campaign.campaignId} advertiserId={campaign.advertiserId} />
        <Attention campaign={campaign} today={today} />
        <PaceToday campaign={campaign} />
      </Stack>
      <Stack gap="xl">
        <PeriodPicker {...chosen} today={today} />
        <KeyFigures {...props} />
      </Stack>
      <DeliverySection {...props} />
      <CreativesCompared {...props} />
      <SeenPlaces {...props} onWiden={widen} />
      <Breakdowns {...props} />
      <CampaignDemand campaign={campaign} />
    </Stack>
  );
}
