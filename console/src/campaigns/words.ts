import { dictionary } from "../words/dictionary.ts";
import { campaignsEn } from "../words/en/campaigns.ts";
import { campaignsFr } from "../words/fr/campaigns.ts";

export const campaignsWords = dictionary(campaignsFr, campaignsEn);
