import { GlobeEuropeAfricaIcon, PlusIcon } from "@heroicons/react/24/outline";
import { Anchor, Badge, Box, Button, Progress, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Ssp } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState, QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { ratesOf } from "./rates.ts";
import classes from "./ssps.module.css";
import { mostSsps, useSspFigures } from "./useSsp.ts";
import { sspsWords } from "./words.ts";

export function SspListPage() {
  const t = useWords(sspsWords);
  const query = useQuery(queryOf("listSsps", { limit: mostSsps }));
  const add = (
    <Button component={Link} to="/ssps/+" leftSection={<PlusIcon width={18} />}>
      {t.add}
    </Button>
  );
  return (
    <>
      <PageHeader title={t.title} subtitle={t.subtitle} actions={add} />
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={<GlobeEuropeAfricaIcon />} title={t.none.title} text={t.none.text} />
          ) : (
            <SspTable ssps={items} />
          )
        }
      </QueryState>
    </>
  );
}

function SspTable({ ssps }: { readonly ssps: readonly Ssp[] }) {
  const t = useWords(sspsWords);
  const { name, ...figures } = t.columns;
  return (
    <>
      <Table.ScrollContainer minWidth={300} type="native">
        <Table verticalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{name}</Table.Th>
              {Object.entries(figures).map(([key, label]) => (
                <Table.Th key={key} ta="right" visibleFrom={wideOnly(key)}>
                  {label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ssps.map((ssp) => (
              <SspRow key={ssp.sspId} ssp={ssp} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt="md">
        {t.perNode}
      </Text>
    </>
  );
}

/** A phone shows who, how much and how many are won; what was bought stands on the SSP's own page. */
function wideOnly(column: string): "sm" | "md" | undefined {
  if (column === "bidShare" || column === "latency") return "md";
  return column === "cost" || column === "margin" ? "sm" : undefined;
}

function SspRow({ ssp }: { readonly ssp: Ssp }) {
  const t = useWords(sspsWords);
  const format = useFormat();
  const { health, spending } = useSspFigures(ssp.name);
  const { nothing } = t;
  const hour = health.data?.lastHour;
  const rates = hour === undefined ? null : ratesOf(hour);
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? nothing : format.percent(value);
  const totals = spending.data?.totals;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/ssps/${ssp.name}`} fw={600}>
          {ssp.name}
        </Anchor>
        <Box component="span" ml="sm">
          <StatusBadge status={ssp.status} />
        </Box>
      </Table.Td>
      <Table.Td ta="right">
        {health.data === undefined ? nothing : <Qps health={health.data} />}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {share(rates?.bidShare)}
      </Table.Td>
      <Table.Td ta="right">{share(rates?.winRate)}</Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {hour?.latencyMs ? t.ms(format.number(hour.latencyMs.p95)) : nothing}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {totals === undefined ? nothing : format.money(totals.costMicros)}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {totals === undefined ? nothing : format.money(totals.marginMicros)}
      </Table.Td>
    </Table.Tr>
  );
}

export function StatusBadge({ status }: { readonly status: Ssp["status"] }) {
  const t = useWords(sspsWords).status;
  return (
    <Badge variant="light" color={status === "active" ? "atelier" : "gray"} tt="none">
      {t[status]}
    </Badge>
  );
}

interface QpsProps {
  readonly health: {
    readonly qpsLimit: number;
    readonly lastMinute: Parameters<typeof ratesOf>[0];
  };
}

/** Requests a second beside their limit. */
export function Qps({ health: { qpsLimit, lastMinute } }: QpsProps) {
  const t = useWords(sspsWords);
  const format = useFormat();
  const { requestsPerSecond } = ratesOf(lastMinute);
  const share = requestsPerSecond / qpsLimit;
  return (
    <div className={classes.qps}>
      <span>{t.ofLimit(format.number(requestsPerSecond, 1), format.number(qpsLimit))}</span>
      <Progress
        value={Math.min(100, share * 100)}
        size="xs"
        color={share > 0.9 ? "red" : "atelier"}
        aria-label={t.limitLabel(format.percent(Math.min(1, share), 0))}
      />
    </div>
  );
}
