import { CheckCircleIcon, ExclamationTriangleIcon } from "@heroicons/react/24/solid";
import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { SystemReport } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./live.module.css";
import { storeName } from "./storeName.ts";
import { useSizes } from "./useSizes.ts";
import { liveWords } from "./words.ts";

interface PartProps {
  readonly report: SystemReport;
}

/** What stands behind the rates: data, money, events, pacing, machine, stores. */
export function Parts({ report }: PartProps) {
  return (
    <div className={classes.parts}>
      <StoresPart report={report} />
      <MoneyPart report={report} />
      <SnapshotPart report={report} />
      <PacingPart report={report} />
      <EventsPart report={report} />
      <MachinePart report={report} />
    </div>
  );
}

interface GroupProps {
  readonly heading: string;
  readonly children: ReactNode;
}

function Group({ heading, children }: GroupProps) {
  return (
    <section className={classes.part} aria-label={heading}>
      <Title order={2} size="h5">
        {heading}
      </Title>
      {children}
    </section>
  );
}

/** Names and figures, in lines. */
function Lines({ lines }: { readonly lines: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes.lines}>
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function StoresPart({ report: { stores } }: PartProps) {
  const t = useWords(liveWords);
  return (
    <Group heading={t.stores.heading}>
      <ul className={classes.stores}>
        {stores.map(({ name, ok }) => (
          <li key={name} data-ok={ok}>
            {ok ? <CheckCircleIcon width={18} /> : <ExclamationTriangleIcon width={18} />}
            <span>{storeName(name, t)}</span>
            <span className={classes.state}>{ok ? t.stores.ok : t.stores.bad}</span>
          </li>
        ))}
      </ul>
    </Group>
  );
}

function MoneyPart({ report: { money } }: PartProps) {
  const t = useWords(liveWords).money;
  const format = useFormat();
  const { duration } = useSizes();
  const { held } = money;
  const heldMoney = ({ micros, isEstimated, count }: NonNullable<typeof held>): string => {
    const amount = format.money(micros);
    return `${isEstimated ? t.heldAbout(amount) : amount} (${t.holds(format.number(count))})`;
  };
  return (
    <Group heading={t.heading}>
      <Lines
        lines={[
          [t.held, held === null ? t.unknown : heldMoney(held)],
          [t.charged, format.money(money.chargedMicrosPerSecond * 60)],
          [t.unwritten, format.number(money.unwritten)],
          [t.oldest, duration(money.unwritten === 0 ? null : money.oldestUnwrittenMs)],
        ]}
      />
      {money.isPaidPaused && (
        <Text size="sm" c="red">
          {t.paused}
        </Text>
      )}
      {money.closedBuckets > 0 && (
        <Text size="sm" c="red">
          {t.closed(format.number(money.closedBuckets))}
        </Text>
      )}
    </Group>
  );
}

function SnapshotPart({ report: { snapshot } }: PartProps) {
  const t = useWords(liveWords).snapshot;
  const format = useFormat();
  const { duration } = useSizes();
  const { ageMs, campaigns, sites, modelVersion } = snapshot;
  return (
    <Group heading={t.heading}>
      <Lines
        lines={[
          [t.campaigns, format.number(campaigns)],
          [t.age, duration(ageMs)],
          [t.sites, format.number(sites)],
          [t.model, modelVersion === null ? t.noModel : t.version(format.number(modelVersion))],
        ]}
      />
    </Group>
  );
}

function PacingPart({ report: { pacing } }: PartProps) {
  const t = useWords(liveWords).pacing;
  const format = useFormat();
  const { duration } = useSizes();
  const { isLeading, campaigns, throttled, deviationMean, throttlesAgeMs } = pacing;
  const ofLeader: readonly (readonly [string, string])[] = [
    [t.campaigns, format.number(campaigns)],
    [t.throttled, format.number(throttled)],
    [t.deviation, format.percent(deviationMean)],
  ];
  return (
    <Group heading={t.heading}>
      <Text size="sm">{isLeading ? t.leading : t.following}</Text>
      <Lines lines={[...(isLeading ? ofLeader : []), [t.age, duration(throttlesAgeMs)]]} />
    </Group>
  );
}

function EventsPart({ report: { events, bids } }: PartProps) {
  const t = useWords(liveWords).events;
  const format = useFormat();
  const { bytes } = useSizes();
  return (
    <Group heading={t.heading}>
      <Lines
        lines={[
          [t.inFlight, format.number(bids.inFlight)],
          [t.waiting, bytes(events.spoolBytes)],
          [t.lost, format.number(events.spoolLost)],
        ]}
      />
    </Group>
  );
}

function MachinePart({ report: { node } }: PartProps) {
  const t = useWords(liveWords).machine;
  const format = useFormat();
  const { bytes } = useSizes();
  return (
    <Group heading={t.heading}>
      <Lines
        lines={[
          [t.memory, bytes(node.memoryBytes)],
          [t.busy, format.percent(node.loopBusyShare, 0)],
        ]}
      />
    </Group>
  );
}
