import type { PlaceSource } from "../geo/types.ts";

/** What the page about an ad says; names that are put in are HTML already. */
export interface AboutWords {
  readonly title: string;
  readonly isAd: string;
  readonly forWhom: string;
  readonly paidBy: string;
  readonly shownBy: string;
  readonly reasonsTitle: string;
  readonly everywhere: string;
  readonly places: Readonly<Record<PlaceSource, (zone: string) => string>>;
  readonly category: (names: string) => string;
  readonly audience: (names: string) => string;
  readonly changeTitle: string;
  readonly changePlaces: Readonly<Record<PlaceSource, string>>;
  readonly changeAudience: string;
  readonly changeAnything: string;
  readonly aboutLink: (lastDay: string) => string;
  readonly expired: string;
  readonly notOurs: string;
  readonly otherLanguage: string;
}

export const french: AboutWords = {
  title: "Pourquoi cette annonce ?",
  isAd: "Ce que vous avez vu est une publicité.",
  forWhom: "Annonceur",
  paidBy: "Payée par",
  shownBy: "Choisie et mesurée par",
  reasonsTitle: "Les raisons principales",
  everywhere: "Cette annonce s'affiche partout en France.",
  places: {
    search: (zone) =>
      `Le lieu recherché sur la page est dans la zone à laquelle l'annonceur s'adresse : ${zone}.`,
    device: (zone) =>
      `Votre appareil se trouvait dans la zone à laquelle l'annonceur s'adresse, ou aux environs : ${zone}.`,
    home: (zone) =>
      `Le domicile indiqué au site ou à l'application est dans la zone à laquelle l'annonceur s'adresse : ${zone}.`,
    ip: (zone) =>
      `Votre connexion semblait venir de la zone à laquelle l'annonceur s'adresse : ${zone}.`,
  },
  category: (names) => `La page parle d'un sujet que l'annonceur a choisi : ${names}.`,
  audience: (names) =>
    `Vos visites récentes laissaient penser que vous correspondez à un public que vise l'annonceur : ${names}.`,
  changeTitle: "Comment changer cela",
  changePlaces: {
    search: "Cherchez ailleurs : le lieu de votre recherche décide.",
    device:
      "Retirez au site ou à l'application l'accès à votre position, dans les réglages de l'appareil ou du navigateur.",
    home: "Changez ou effacez votre adresse dans votre compte du site ou de l'application.",
    ip: "Refusez dans les choix de confidentialité que des données limitées servent à choisir la publicité : sans cela, votre connexion ne dit plus rien d'un lieu.",
  },
  changeAudience:
    "Refusez la publicité personnalisée dans les choix de confidentialité : votre profil n'est alors plus lu.",
  changeAnything:
    "Les choix de confidentialité se trouvent sur le site ou dans l'application où vous avez vu l'annonce, souvent au bas de la page (« Gérer mes cookies », « Confidentialité »). Ce que vous y changez vaut dès la page suivante.",
  aboutLink: (lastDay) =>
    `Cette adresse ne dit rien de vous : elle est la même pour toutes les personnes qui ont vu l'annonce pour ces raisons. Elle vaut jusqu'au ${lastDay}.`,
  expired: "Cette adresse n'est plus valable : elle valait trente jours.",
  notOurs: "Cette adresse n'est pas l'une des nôtres, ou l'annonce n'existe plus.",
  otherLanguage: "In English",
};

export const english: AboutWords = {
  title: "Why this ad?",
  isAd: "What you saw is an advertisement.",
  forWhom: "Advertiser",
  paidBy: "Paid for by",
  shownBy: "Chosen and measured by",
  reasonsTitle: "The main reasons",
  everywhere: "This ad is shown everywhere in France.",
  places: {
    search: (zone) =>
      `The place searched for on the page is within the area that the advertiser addresses: ${zone}.`,
    device: (zone) =>
      `Your device was within the area that the advertiser addresses, or near it: ${zone}.`,
    home: (zone) =>
      `The home told to the site or app is within the area that the advertiser addresses: ${zone}.`,
    ip: (zone) =>
      `Your connection seemed to come from the area that the advertiser addresses: ${zone}.`,
  },
  category: (names) => `The page is about something that the advertiser has chosen: ${names}.`,
  audience: (names) =>
    `Your recent visits suggested that you belong to an audience that the advertiser wants: ${names}.`,
  changeTitle: "How to change this",
  changePlaces: {
    search: "Search elsewhere: the place of your search decides.",
    device:
      "Take the access to your location away from the site or app, in the settings of the device or browser.",
    home: "Change or delete your address in your account of the site or app.",
    ip: "Refuse in the privacy choices that limited data is used to choose advertising: your connection then tells of no place.",
  },
  changeAudience:
    "Refuse personalised advertising in the privacy choices: your profile is then no longer read.",
  changeAnything:
    "The privacy choices are on the site or in the app where you saw the ad, often at the foot of the page. What you change there holds from the next page on.",
  aboutLink: (lastDay) =>
    `This address tells nothing of you: it is the same for everybody who saw the ad for these reasons. It holds until ${lastDay}.`,
  expired: "This address no longer holds: it did for thirty days.",
  notOurs: "This address is not one of ours, or the ad is no more.",
  otherLanguage: "En français",
};
