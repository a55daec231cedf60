import { Group, Loader, Text } from "@mantine/core";
import type { Forecast } from "../../../sdk/src/generated.ts";
import { Estimate } from "../ui/Estimate.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { uiWords } from "../ui/words.ts";
import { useLanguage, useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import { daysBetween } from "./draft.ts";
import type { NearFigures } from "./nearPlan.ts";
import type { Plan } from "./planBid.ts";
import { createWords } from "./words.ts";

/** What zone, money and dates would bring, moving with the hand. Figures stay, fainter, until newer ones are there. */
export function Figures() {
  const t = useWords(createWords).figures;
  const { plan } = useCreating();
  return (
    <section className={classes.figures} aria-label={t.heading} aria-busy={plan.isBehind}>
      {plan.plan === null ? <NoFigures /> : <PlanFigures />}
    </section>
  );
}

function NoFigures() {
  const t = useWords(createWords).figures;
  const { plan, draft } = useCreating();
  if (plan.isBehind) {
    return (
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text size="sm">{t.waiting}</Text>
      </Group>
    );
  }
  const text = draft.place === null ? t.empty : plan.error === null ? t.mend : t.failed;
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
}

function PlanFigures() {
  const { plan } = useCreating();
  if (plan.plan === null) return null;
  return (
    <>
      <dl className={classes.figureList} data-behind={plan.isBehind} data-near={plan.near !== null}>
        <FigureList told={plan.plan} near={plan.near} />
      </dl>
      <div className={classes.notes} data-near={plan.near !== null}>
        <NearNote />
        <Accuracy forecast={plan.plan.forecast} />
      </div>
    </>
  );
}

interface FigureListProps {
  readonly told: Plan;
  /** Under the hand: about so many; their bounds nobody has worked out yet. */
  readonly near: NearFigures | null;
}

function FigureList({ told, near }: FigureListProps) {
  const t = useWords(createWords).figures;
  const ui = useWords(uiWords);
  const format = useFormat();
  const { peopleReached, impressions, clicks, spendMicros } = told.forecast;
  const isNear = near !== null;
  const people = isNear ? near.peopleReached : peopleReached.value;
  const price = format.money((near ?? told).bidMicros);
  const figures = [
    [t.impressions, impressions, near?.impressions, format.number],
    [t.clicks, clicks, near?.clicks, format.number],
    [t.spend, spendMicros, near?.spendMicros, format.euros],
  ] as const;
  return (
    <>
      <Figure label={t.people}>
        {people === null ? (
          <span className={classes.few}>{t.few}</span>
        ) : (
          <Estimate {...peopleReached} value={people} format={format.number} isNear={isNear} />
        )}
      </Figure>
      {figures.map(([label, figure, value = figure.value, write]) => (
        <Figure key={label} label={label}>
          <Estimate {...figure} value={value} format={write} isNear={isNear} />
        </Figure>
      ))}
      <Figure label={t.price}>
        <span className={classes.few}>{isNear ? ui.near(price) : price}</span>
      </Figure>
    </>
  );
}

/** In the place of what is said of an answer's accuracy. */
function NearNote() {
  const t = useWords(createWords).figures;
  return (
    <Text size="xs" c="dimmed" className={classes.nearNote}>
      {t.nearNote}
    </Text>
  );
}

function Figure({
  label,
  children,
}: {
  readonly label: string;
  readonly children: React.ReactNode;
}) {
  return (
    <div className={classes.figure}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How far these figures can be trusted, in a line. */
function Accuracy({ forecast }: { readonly forecast: Forecast }) {
  const t = useWords(createWords).figures;
  const language = useLanguage();
  const format = useFormat();
  const { startsOn, endsOn } = useCreating().draft;
  const { accuracy, period, competition } = forecast;
  const isCut = daysBetween(startsOn, endsOn) > period.days;
  const rivals = competition.isBelowFive
    ? t.competitionFew
    : t.competition(format.number(competition.campaigns));
  return (
    <Text size="xs" c="dimmed" className={classes.accuracy}>
      {isCut && `${t.cut(format.number(period.days))} `}
      {rivals} {accuracy[language]}
    </Text>
  );
}

/** The same in a line, for small screens; said once only, below. */
export function FiguresStrip() {
  const t = useWords(createWords).figures;
  const ui = useWords(uiWords);
  const format = useFormat();
  const { plan } = useCreating();
  if (plan.plan === null) return null;
  const { near } = plan;
  const { forecast } = plan.plan;
  const people = near === null ? forecast.peopleReached.value : near.peopleReached;
  const views = near === null ? forecast.impressions.value : near.impressions;
  const price = format.money((near ?? plan.plan).bidMicros);
  const told = [
    t.stripPeople(people === null ? t.few : format.number(people)),
    t.stripViews(format.number(views)),
    t.stripPrice(price),
  ];
  return (
    <div className={classes.strip} aria-hidden="true">
      {near === null ? told.join(" · ") : ui.near(told.join(" · "))}
    </div>
  );
}
