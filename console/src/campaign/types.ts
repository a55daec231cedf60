import type { AnswerOf, InputOf } from "../../../sdk/src/client.ts";

/** What the API answers about one campaign, by the names that its pages use. */
export type Campaign = AnswerOf<"readCampaign">;
export type CampaignChange = InputOf<"changeCampaign">["body"];
export type Creative = AnswerOf<"listCreatives">["items"][number];
export type Diagnosis = AnswerOf<"readDiagnosis">;
export type Funnel = Diagnosis["funnels"]["today"]["funnel"];
export type OutcomeName = Funnel["outcomes"][number]["outcome"];
export type Estimate = Funnel["opportunities"];
export type Suggestion = Diagnosis["reasons"][number]["suggestions"][number];
export type Pacing = AnswerOf<"readPacing">;
export type Report = AnswerOf<"readReport">;
export type ReportRow = Report["rows"][number];
export type HistoryEntry = AnswerOf<"readCampaignHistory">["items"][number];
export type Explained = AnswerOf<"explainVisit">["campaigns"][number];
