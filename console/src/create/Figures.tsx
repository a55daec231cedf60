import { Group, Loader, Text } from "@mantine/core";
import type { Forecast } from "../../../sdk/src/generated.ts";
import { Estimate } from "../ui/Estimate.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useLanguage, useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import { daysBetween } from "./draft.ts";
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
  const isAsked = draft.place !== null && plan.error !== null;
  return (
    <Text size="sm" c="dimmed">
      {isAsked ? t.failed : t.empty}
    </Text>
  );
}

function PlanFigures() {
  const t = useWords(createWords).figures;
  const format = useFormat();
  const { plan } = useCreating();
  if (plan.plan === null) return null;
  const { forecast, bidMicros } = plan.plan;
  const { peopleReached, impressions, clicks, spendMicros } = forecast;
  const number = (value: number) => format.number(value);
  return (
    <>
      <dl className={classes.figureList} data-behind={plan.isBehind}>
        <Figure label={t.people}>
          {peopleReached.value === null ? (
            <span className={classes.few}>{t.few}</span>
          ) : (
            <Estimate {...peopleReached} value={peopleReached.value} format={number} />
          )}
        </Figure>
        <Figure label={t.impressions}>
          <Estimate {...impressions} format={number} />
        </Figure>
        <Figure label={t.clicks}>
          <Estimate {...clicks} format={number} />
        </Figure>
        <Figure label={t.spend}>
          <Estimate {...spendMicros} format={format.euros} />
        </Figure>
        <Figure label={t.price}>
          <span className={classes.few}>{format.money(bidMicros)}</span>
        </Figure>
      </dl>
      <Accuracy forecast={forecast} />
    </>
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
  const format = useFormat();
  const { plan } = useCreating();
  if (plan.plan === null) return null;
  const { forecast, bidMicros } = plan.plan;
  const people = forecast.peopleReached.value;
  const told = [
    t.stripPeople(people === null ? t.few : format.number(people)),
    t.stripViews(format.number(forecast.impressions.value)),
    t.stripPrice(format.money(bidMicros)),
  ];
  return (
    <div className={classes.strip} aria-hidden="true">
      {told.join(" · ")}
    </div>
  );
}
