/** What is said by the tag itself; a page in another language gives its own (`words`). The reasons are the server's, in French. */
export const french = {
  why: "Pourquoi cette annonce\u202f?",
  advertiser: "Annonceur\u00a0: ",
  payer: "Payé par\u00a0: ",
  change: "Modifier mes choix",
  optOut: "Ne plus utiliser mon profil",
  more: "En savoir plus",
  close: "Fermer",
};

export type Words = typeof french;
