import { PlusIcon } from "@heroicons/react/24/outline";
import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link, Navigate } from "react-router";
import { useAdvertiser } from "../api/advertiser.ts";
import { useMay, useMe } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { LoadingRows, QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { arrange, type HealthById } from "./arrange.ts";
import { NoCampaigns } from "./NoCampaigns.tsx";
import type { Row } from "./rows.ts";
import { StateCell } from "./StateCell.tsx";
import { type Listed, useCampaignRows } from "./useCampaignRows.ts";
import { useHealth, useLiveHealth } from "./useHealth.ts";
import { usualView } from "./view.ts";
import { campaignsWords } from "./words.ts";

/** The first page: what runs, what it spends today, and what needs attention. A shop with one campaign sees that. */
export function Component() {
  const listed = useCampaignRows("-createdAt");
  const { advertiser } = useAdvertiser();
  const view = { ...usualView, advertiserId: advertiser?.advertiserId ?? null };
  return (
    <QueryState query={listed} loading={<LoadingRows rows={4} height={88} />}>
      {(data) => {
        const own = { ...data, rows: arrange(data.rows, new Map(), view) };
        const [only] = own.rows;
        if (only === undefined) return <NoCampaigns />;
        const isOnly = own.isComplete && own.rows.length === 1;
        return isOnly ? (
          <Navigate to={`/campaigns/${only.campaignId}`} replace />
        ) : (
          <Overview listed={own} />
        );
      }}
    </QueryState>
  );
}

function Overview({ listed }: { readonly listed: Listed }) {
  const t = useWords(campaignsWords);
  const me = useMe();
  const mayWrite = useMay("campaigns:write");
  const healths = useHealth(listed.rows, listed.isComplete);
  const first = me.user?.name.split(" ")[0];
  const create = (
    <Button component={Link} to="/create" leftSection={<PlusIcon width={18} />}>
      {t.create}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={first === undefined ? t.home.title : t.home.hello(first)}
        actions={mayWrite ? create : undefined}
      />
      <Stack gap="xl">
        <Figures rows={listed.rows} healths={healths} />
        <Attention rows={listed.rows} healths={healths} />
        <Anchor component={Link} to="/campaigns">
          {t.home.seeAll}
        </Anchor>
      </Stack>
    </>
  );
}

interface OverviewProps {
  readonly rows: readonly Row[];
  readonly healths: HealthById;
}

function Figures({ rows, healths }: OverviewProps) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  const running = rows.filter(({ status }) => status === "active");
  const known = running.flatMap(({ campaignId }) => healths.get(campaignId) ?? []);
  const sum = (read: (health: (typeof known)[number]) => number) =>
    known.reduce((all, one) => all + read(one), 0);
  const spent = sum(({ spentTodayMicros }) => spentTodayMicros);
  const plan = sum(({ planMicros }) => planMicros ?? 0);
  const isKnown = known.length > 0 || running.length === 0;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" maw={680}>
      <Figure label={t.home.running} value={format.number(running.length)} />
      <Figure
        label={t.home.today}
        value={isKnown ? format.money(spent) : "…"}
        below={plan > 0 ? t.home.planned(format.money(plan)) : undefined}
      />
    </SimpleGrid>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly below?: string | undefined;
}

function Figure({ label, value, below }: FigureProps) {
  return (
    <Paper withBorder p="lg">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={600} lh={1.3}>
        {value}
      </Text>
      {below !== undefined && (
        <Text size="sm" c="dimmed">
          {below}
        </Text>
      )}
    </Paper>
  );
}

const mostTold = 5;

function Attention({ rows, healths }: OverviewProps) {
  const t = useWords(campaignsWords).home;
  const view = { ...usualView, isTroubled: true, sort: "trouble", isDescending: true } as const;
  const troubled = arrange(rows, healths, view);
  const shown = troubled.slice(0, mostTold);
  useLiveHealth(shown);
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between" maw={680}>
        <Title order={2} size="h4">
          {t.attention}
        </Title>
        {troubled.length > mostTold && (
          <Anchor component={Link} to="/campaigns?trouble=1&sort=-trouble" size="sm">
            {t.seeTrouble}
          </Anchor>
        )}
      </Group>
      {shown.length === 0 && <Text c="dimmed">{t.calm}</Text>}
      {shown.map((row) => (
        <Paper withBorder p="md" maw={680} key={row.campaignId}>
          <Anchor component={Link} to={`/campaigns/${row.campaignId}`} fw={500}>
            {row.name}
          </Anchor>
          <div>
            <StateCell row={row} health={healths.get(row.campaignId)} isWhole />
          </div>
        </Paper>
      ))}
    </Stack>
  );
}
