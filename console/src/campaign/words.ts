import { dictionary } from "../words/dictionary.ts";
import { campaignEn } from "../words/en/campaign.ts";
import { campaignEditEn, campaignFieldsEn } from "../words/en/campaignEdit.ts";
import { campaignWhyEn } from "../words/en/campaignWhy.ts";
import { campaignFr } from "../words/fr/campaign.ts";
import { campaignEditFr, campaignFieldsFr } from "../words/fr/campaignEdit.ts";
import { campaignWhyFr } from "../words/fr/campaignWhy.ts";

/** The page itself and its overview. */
export const campaignWords = dictionary(campaignFr, campaignEn);
/** "Pourquoi ?" and "Serais-je vu ici ?". */
export const whyWords = dictionary(campaignWhyFr, campaignWhyEn);
/** Editing, history, money. */
export const editWords = dictionary(campaignEditFr, campaignEditEn);
/** Fields and their values. */
export const fieldWords = dictionary(campaignFieldsFr, campaignFieldsEn);

export type CampaignWords = (typeof campaignWords)["fr"];
export type WhyWords = (typeof whyWords)["fr"];
export type EditWords = (typeof editWords)["fr"];
/** Values of fields. */
export type FieldWords = (typeof fieldWords)["fr"]["values"];
