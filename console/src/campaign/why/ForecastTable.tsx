import { Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { AnswerOf } from "../../../../sdk/src/client.ts";
import { api } from "../../api/client.ts";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import type { Campaign, CampaignChange } from "../types.ts";
import { whyWords } from "../words.ts";

type Forecast = AnswerOf<"forecastCampaign">;

/** What the server expects of the campaign with these fields: a change that is tried and undone. */
function useForecast({ campaignId, version }: Campaign, body: CampaignChange) {
  return useQuery({
    queryKey: ["forecast", campaignId, version, body],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const tried = await api.dryRun("changeCampaign", { campaignId, body }, { signal });
      // The API's description leaves the forecast of a dry run open: it is what /v1/forecasts answers.
      return tried.forecast as unknown as Forecast | null;
    },
  });
}

interface TableProps {
  readonly campaign: Campaign;
  readonly body: CampaignChange;
}

/** The forecast as it is beside the one with the change. */
export function ForecastTable({ campaign, body }: TableProps) {
  const t = useWords(whyWords).change;
  const now = useForecast(campaign, { name: campaign.name });
  const then = useForecast(campaign, body);
  if (now.isPending || then.isPending) {
    return (
      <div role="status">
        <Text size="sm" c="dimmed">
          {t.forecasting}
        </Text>
        <Skeleton height={120} mt="xs" />
      </div>
    );
  }
  if (!now.data || !then.data) return <Text c="dimmed">{t.noForecast}</Text>;
  return <Compared now={now.data} next={then.data} />;
}

function Compared({ now, next }: { readonly now: Forecast; readonly next: Forecast }) {
  const t = useWords(whyWords).change;
  const { number, money } = useFormat();
  const rows = [
    { name: t.people, tell: number, of: ({ peopleReached }: Forecast) => peopleReached },
    { name: t.impressions, tell: number, of: ({ impressions }: Forecast) => impressions },
    { name: t.spend, tell: money, of: ({ spendMicros }: Forecast) => spendMicros },
  ];
  return (
    <div>
      <Table captionSide="top">
        <Table.Caption ta="left">{t.forecast}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            <Table.Th scope="col">{t.before}</Table.Th>
            <Table.Th scope="col">{t.after}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, tell, of }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>
                <Figure figure={of(now)} tell={tell} />
              </Table.Td>
              <Table.Td>
                <Figure figure={of(next)} tell={tell} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {next.basis === "prior" && (
        <Text size="sm" c="dimmed" mt="xs">
          {t.prior}
        </Text>
      )}
    </div>
  );
}

interface FigureProps {
  readonly figure: { readonly value: number | null; readonly low: number; readonly high: number };
  readonly tell: (value: number) => string;
}

function Figure({ figure: { value, low, high }, tell }: FigureProps) {
  const t = useWords(whyWords);
  if (value === null) return t.change.few;
  if (low === high) return <b>{tell(value)}</b>;
  return (
    <>
      <b>{tell(value)}</b>{" "}
      <Text span size="xs" c="dimmed">
        {t.funnel.between(tell(low), tell(high))}
      </Text>
    </>
  );
}
