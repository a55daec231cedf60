import { Alert, Button, Group, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Navigate, useParams } from "react-router";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useWords } from "../words/language.ts";
import { AdStep } from "./AdStep.tsx";
import { AudienceStep } from "./AudienceStep.tsx";
import { BudgetStep } from "./BudgetStep.tsx";
import classes from "./create.module.css";
import { CreatingProvider, useCreating } from "./creating.ts";
import { type StepName, steps } from "./draft.ts";
import { Figures, FiguresStrip } from "./Figures.tsx";
import { PlaceStep } from "./PlaceStep.tsx";
import { Previews } from "./Previews.tsx";
import { type FieldName, stepOfField } from "./problemsOfDraft.ts";
import { StepsNav } from "./StepsNav.tsx";
import { SummaryStep } from "./SummaryStep.tsx";
import { useCreatingState } from "./useCreatingState.ts";
import { createWords } from "./words.ts";
import { ZonePane } from "./ZonePane.tsx";

const pages: Readonly<Record<StepName, () => React.ReactNode>> = {
  place: PlaceStep,
  budget: BudgetStep,
  ad: AdStep,
  audience: AudienceStep,
  summary: SummaryStep,
};

/** A new campaign: a step at the left (below on a phone), map or previews beside it (above). */
export function CreatePage({ owner }: { readonly owner: string }) {
  const t = useWords(createWords);
  const { step: asked } = useParams();
  const current = steps.find((one) => one === asked);
  const isAd = current === "ad" || current === "summary";
  const { creating, isRestored } = useCreatingState(owner, isAd);
  const { draft, change } = creating;
  const first = useRef<StepName | "left">(current ?? draft.step);
  useEffect(() => {
    if (current !== undefined && draft.step !== current) change({ step: current });
    if (current !== first.current) first.current = "left";
  }, [current, draft.step, change]);
  if (current === undefined) return <Navigate to={`/create/${draft.step}`} replace />;
  return (
    <CreatingProvider value={creating}>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      <StepsNav current={current} />
      {isRestored && first.current === current && <Restored />}
      <div className={classes.page} data-step={current}>
        <StepSheet key={current} step={current} isFirst={first.current === current} />
        <div className={classes.pane} {...(isAd ? { tabIndex: 0 } : {})}>
          {isAd ? <Previews /> : <ZonePane />}
          {!isAd && <FiguresStrip />}
        </div>
      </div>
    </CreatingProvider>
  );
}

function Restored() {
  const t = useWords(createWords).restored;
  const { restart, go } = useCreating();
  return (
    <Alert variant="light" mb="md" role="status" data-testid="restored">
      <Group justify="space-between" gap="sm">
        {t.text}
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            restart();
            go("place");
          }}
        >
          {t.restart}
        </Button>
      </Group>
    </Alert>
  );
}

function StepSheet({ step, isFirst }: { readonly step: StepName; readonly isFirst: boolean }) {
  const t = useWords(createWords);
  const Page = pages[step];
  const sheet = useRef<HTMLElement>(null);
  const isReady = Object.keys(useCreating().problems).length === 0;
  const heading = step === "summary" && !isReady ? t.summary.headingOpen : t[step].heading;
  // Who comes from another step goes on where this one begins; the first view begins at the top.
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) title.current?.focus({ preventScroll: true });
  }, [isFirst]);
  return (
    <section ref={sheet} className={classes.sheet} aria-label={t.steps[step]}>
      <Title order={2} size="h3" mb="md" ref={title} tabIndex={-1} className={classes.heading}>
        {heading}
      </Title>
      <Page />
      {step !== "ad" && step !== "summary" && <Figures />}
      <StepButtons step={step} sheet={sheet} />
    </section>
  );
}

interface StepButtonsProps {
  readonly step: StepName;
  readonly sheet: React.RefObject<HTMLElement | null>;
}

function StepButtons({ step, sheet }: StepButtonsProps) {
  const t = useWords(createWords);
  const { problems, touch, go } = useCreating();
  const index = steps.indexOf(step);
  const [before, after] = [steps[index - 1], steps[index + 1]];
  const next = () => {
    const wrong = (Object.keys(problems) as FieldName[]).filter((it) => stepOfField[it] === step);
    if (wrong.length === 0) return after && go(after);
    touch(...wrong);
    const fields = sheet.current?.querySelectorAll<HTMLElement>("[data-field]") ?? [];
    [...fields].find(({ dataset }) => wrong.some((it) => it === dataset.field))?.focus();
  };
  return (
    <Group justify="space-between" mt="xl" className={classes.buttons}>
      {before === undefined ? (
        <span />
      ) : (
        <Button variant="subtle" onClick={() => go(before)}>
          {t.back}
        </Button>
      )}
      {after !== undefined && (
        <Button data-action="next" onClick={next}>
          {t.next}
        </Button>
      )}
    </Group>
  );
}
