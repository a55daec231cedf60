import { dictionary } from "../words/dictionary.ts";
import { reviewEn } from "../words/en/review.ts";
import { reviewFr } from "../words/fr/review.ts";

export const reviewWords = dictionary(reviewFr, reviewEn);
