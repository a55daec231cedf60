import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { EmptyState } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Estimate, Funnel } from "../types.ts";
import { whyWords } from "../words.ts";
import type { FunnelStage, FunnelView } from "./funnelStages.ts";

interface FunnelProps {
  readonly view: FunnelView;
  readonly funnel: Funnel;
  /** Impressions that pages have confirmed; null = not known yet. */
  readonly shown: number | null;
}

/** The steps from an opportunity to an impression, each with what is lost there. */
export function FunnelList({ view, funnel, shown }: FunnelProps) {
  const t = useWords(whyWords).funnel;
  const { number } = useFormat();
  const { opportunities, stages, worst, won, wonShare } = view;
  if (opportunities.value === 0) return <EmptyState title={t.empty} text={t.emptyHow} />;
  const all = opportunities.value;
  return (
    <ol className={classes.funnel}>
      <Step name={t.opportunities} note={t.opportunitiesHow} kept={1} lost={0}>
        <Counted count={opportunities} />
      </Step>
      {stages.map((stage) => (
        <StageStep key={stage.name} {...{ stage, funnel, all }} isWorst={stage === worst} />
      ))}
      <Step name={t.won} note={t.wonHow} kept={wonShare} lost={0}>
        <Counted count={won} />
      </Step>
      <Step name={t.shown} note={t.shownHow} kept={(shown ?? 0) / all} lost={0}>
        <Text span fw={600} data-testid="funnel-shown">
          {shown === null ? "…" : number(shown)}
        </Text>
      </Step>
    </ol>
  );
}

interface StageProps {
  readonly stage: FunnelStage;
  readonly funnel: Funnel;
  readonly all: number;
  readonly isWorst: boolean;
}

function StageStep({ stage, funnel, all, isWorst }: StageProps) {
  const t = useWords(whyWords);
  const { number, percent } = useFormat();
  const { name, lost, lostShare, left, outcomes } = stage;
  const causes = outcomes
    .map(({ outcome, share }) => `${t.outcomes[outcome]} (${percent(share, 0)})`)
    .join(" · ");
  if (lost.value === 0) {
    return (
      <li className={classes.stage} data-quiet>
        <Text c="dimmed">{t.stages[name]}</Text>
        <Text size="sm" c="dimmed">
          {t.funnel.none}
        </Text>
      </li>
    );
  }
  return (
    <Step name={t.stages[name]} note={causes} kept={left / all} lost={lostShare} isWorst={isWorst}>
      <Text span size="sm">
        {t.funnel.lost(number(lost.value))} <Bounds count={lost} />
      </Text>
      <Text size="sm" c="dimmed">
        {t.funnel.left(number(left))}
        <Values name={name} funnel={funnel} />
      </Text>
    </Step>
  );
}

/** What it was worth where it lost by its value. */
function Values({ name, funnel }: { readonly name: FunnelStage["name"]; readonly funnel: Funnel }) {
  const t = useWords(whyWords);
  const { money } = useFormat();
  const { floor, outranked } = funnel;
  if (name === "floor" && floor !== null)
    return ` · ${t.floor(money(floor.ownValueMicros), money(floor.neededValueMicros))}`;
  if (name === "others" && outranked !== null)
    return ` · ${t.others(money(outranked.ownValueMicros), money(outranked.winningValueMicros))}`;
  return null;
}

interface StepProps {
  readonly name: string;
  readonly note: string;
  /** Of the opportunities, 0 to 1. */
  readonly kept: number;
  readonly lost: number;
  readonly isWorst?: boolean;
  readonly children: ReactNode;
}

function Step({ name, note, kept, lost, isWorst = false, children }: StepProps) {
  return (
    <li className={classes.stage} data-worst={isWorst || undefined}>
      <div>
        <Text className={classes.name}>{name}</Text>
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      </div>
      <div>
        <div className={classes.track} aria-hidden="true">
          <span className={classes.kept} style={{ width: `${100 * Math.min(1, kept)}%` }} />
          <span className={classes.lost} style={{ width: `${100 * Math.min(1, lost)}%` }} />
        </div>
        {children}
      </div>
    </li>
  );
}

function Counted({ count }: { readonly count: Estimate }) {
  const { number } = useFormat();
  return (
    <Text span>
      <b>{number(count.value)}</b> <Bounds count={count} />
    </Text>
  );
}

function Bounds({ count: { low, high } }: { readonly count: Estimate }) {
  const t = useWords(whyWords).funnel;
  const { number } = useFormat();
  if (low === high) return null;
  return (
    <Text span size="xs" c="dimmed">
      {t.between(number(low), number(high))}
    </Text>
  );
}
