import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ModelCard, Segment } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { ModelCharts } from "./ModelCharts.tsx";
import classes from "./segments.module.css";
import { segmentsWords } from "./words.ts";

type Line = readonly [string, ReactNode];

/** What is known of how an audience is predicted: its model, how good it was on a week that it had not seen, and its limits. */
export function ModelCardSection({ segment }: { readonly segment: Segment }) {
  const t = useWords(segmentsWords).card;
  const { segmentId } = segment;
  const card = useQuery({ ...queryOf("readModelCard", { segmentId }), retry: false }).data;
  const common = useCommonLines(segment);
  const learnt = useCardLines(card);
  return (
    <section aria-label={t.heading}>
      <Title order={2} size="h3">
        {t.heading}
      </Title>
      <dl className={classes.card}>
        {[...common, ...learnt].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {card?.evaluation && <ModelCharts evaluation={card.evaluation} />}
    </section>
  );
}

function useCommonLines({ name }: Segment): readonly Line[] {
  const t = useWords(segmentsWords).card;
  const format = useFormat();
  const { data: system } = useQuery(queryOf("readSystem", {}));
  const version = system?.snapshot.modelVersion;
  const told = version === null ? t.noModel : t.versionValue(format.number(version ?? 0));
  return [
    [t.version, version === undefined ? t.unknownVersion : told],
    [t.scale, t.scaleValue],
    [t.consent, t.consentValue],
    [t.told, t.toldValue(name)],
  ];
}

/** Without a card: scores come from a file, or nothing was learnt yet. */
function useCardLines(card: ModelCard | undefined): readonly Line[] {
  const t = useWords(segmentsWords).card;
  const format = useFormat();
  if (card === undefined)
    return [
      [t.quality, t.qualityValue],
      [t.data, t.dataValue],
    ];
  const { gate, training, evaluation, audience, calibration } = card;
  const best = audience.thresholds.find(({ share }) => share === 0.1);
  return [
    [t.asOf, format.day(card.asOf)],
    [t.verdict, gate.isActivated ? t.used : <Refusals key="reasons" reasons={gate.reasons} />],
    ...(training === null || evaluation === null || calibration === null
      ? []
      : ([
          [
            t.data,
            t.trainedOn(
              format.day(training.from),
              format.day(training.to),
              format.number(training.rows),
              format.number(training.positives),
            ),
          ],
          [t.quality, <Quality key="quality" evaluation={evaluation} />],
          [
            t.line,
            t.lineValue(
              format.number(calibration.slope, 2),
              format.number(calibration.intercept, 2),
              format.number(card.coefficients),
            ),
          ],
        ] as const)),
    ...(best === undefined
      ? []
      : ([[t.threshold, t.thresholdValue(format.number(best.minScore, 3))]] as const)),
  ];
}

/** Reasons are the server's own words, in English. */
function Refusals({ reasons }: { readonly reasons: readonly string[] }) {
  const t = useWords(segmentsWords).card;
  return (
    <>
      {t.notUsed}
      <ul lang="en">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
}

type Evaluation = NonNullable<ModelCard["evaluation"]>;

function Quality({ evaluation }: { readonly evaluation: Evaluation }) {
  const t = useWords(segmentsWords).card;
  const format = useFormat();
  const shown = (figure: number | null) => (figure === null ? "–" : format.number(figure, 3));
  const [popularity, bayes] = ["popularity", "empirical_bayes"].map(
    (wanted) => evaluation.baselines.find(({ name }) => name === wanted)?.metrics.auc ?? null,
  );
  const { all, warm, cold } = evaluation;
  return (
    <>
      <div>{t.auc(shown(all.auc), shown(all.aucStandardError))}</div>
      <div>{t.baselines(shown(popularity ?? null), shown(bayes ?? null))}</div>
      <div>{t.warmCold(shown(warm.auc), shown(cold.auc))}</div>
      <div>{t.calibrated(shown(all.calibration))}</div>
    </>
  );
}
