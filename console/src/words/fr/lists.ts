import { countedFr } from "../counted.ts";
export const listsFr = {
  title: "Listes de clients",
  subtitle:
    "Retrouvez vos clients parmi les visiteurs. Vos fichiers ne quittent pas cet ordinateur.",
  add: "Apporter une liste",
  choose: "Annonceur",
  chooseHint: "Choisissez l'annonceur dont vous apportez les clients.",
  none: {
    title: "Aucune liste pour l'instant",
    text: "Apportez un fichier d'adresses de clients qui ont accepté la publicité : une campagne pourra les préférer, ou ne s'adresser qu'à eux.",
  },
  private:
    "Qui figure sur une liste n'est dit à personne. Les visiteurs reconnus sont comptés par dizaines, et seulement à partir de 50.",
  columns: {
    name: "Liste",
    entries: "Lignes",
    people: "Visiteurs reconnus",
    until: "Valable jusqu'au",
    uses: "Campagnes",
    actions: "Actions",
  },
  identifiers: {
    email_sha256: "Adresses e-mail",
    id_sha256: "Numéros de client",
  },
  people: (count: string) => `au moins ${count}`,
  states: {
    empty: "vide",
    waiting: "comptage en cours",
    too_small: "moins de 50",
    usable: "utilisable",
    expired: "expirée",
  },
  untilOf: (day: string) => `Jusqu'au ${day}`,
  collected: (day: string) => `accords du ${day}`,
  unused: "aucune",
  moreUses: countedFr("et # autre", "et # autres"),
  actions: {
    of: (name: string) => `Actions pour ${name}`,
    use: "Utiliser dans une campagne",
    useLater: "Utilisable dès 50 visiteurs reconnus",
    fill: "Envoyer un autre fichier",
    remove: "Supprimer",
  },
  file: {
    label: "Fichier",
    choose: "Choisir un fichier CSV ou texte",
    clear: "Retirer le fichier",
    hints: {
      email_sha256:
        "Une adresse par ligne, ou un tableau avec une colonne d'adresses. Elles sont changées en empreintes (SHA-256) ici même : seules les empreintes partent.",
      id_sha256:
        "Un numéro par ligne, comme votre site le connaît. Ils sont changés en empreintes (SHA-256) ici même : seules les empreintes partent.",
    },
  },
  form: {
    title: "Apporter une liste de clients",
    name: "Nom de la liste",
    nameHint: "Pour vous seulement : les visiteurs ne le lisent pas.",
    identifier: "Ce que contient le fichier",
    collectedOn: "Accords recueillis à partir du",
    collectedHint: "Le jour du plus ancien accord.",
    expiresOn: "Valable jusqu'au",
    expiresHint: "Au plus 390 jours après.",
    tooLong: "Au plus 390 jours après le plus ancien accord.",
    attests: "Vous attestez que",
    attestsHint: "Vous en répondez : la régie peut vous demander vos preuves.",
    consent: "chacun a accepté que des publicités soient choisies pour lui",
    adultsOnly: "personne n'est mineur",
    noSpecialCategories:
      "la liste ne vient pas de la santé, des opinions, de la religion ni de rien de semblable",
    mustAttest: "Sans cela, la liste ne peut pas être utilisée.",
    create: "Envoyer la liste",
  },
  fill: {
    title: "Envoyer un autre fichier",
    how: "Que faire de ce qui y est déjà ?",
    replace: "Le remplacer",
    add: "Le compléter",
    send: "Envoyer",
  },
  upload: {
    hashing: (done: string, all: string) => `Empreintes : ${done} lignes sur ${all}`,
    sending: (done: string, all: string) => `Envoi : ${done} lignes sur ${all}`,
    stop: "Arrêter",
    done: countedFr("# ligne envoyée", "# lignes envoyées"),
    unread: countedFr(
      "# ligne sans adresse ni empreinte a été passée.",
      "# lignes sans adresse ni empreinte ont été passées.",
    ),
    next: "Les visiteurs reconnus sont comptés dans l'heure.",
    stopped: "Arrêté : rien n'a été envoyé.",
    part: countedFr(
      "Une partie seulement est arrivée (# ligne). Envoyez le fichier à nouveau pour avoir le tout.",
      "Une partie seulement est arrivée (# lignes). Envoyez le fichier à nouveau pour avoir le tout.",
    ),
    nothing: "Rien n'a été trouvé dans ce fichier : ni adresse, ni numéro, ni empreinte.",
    cannotHash:
      "Cette page n'est pas ouverte en https : le navigateur ne peut pas faire les empreintes. Envoyez un fichier d'empreintes SHA-256, ou ouvrez la console en https.",
    tooLong: "Une liste a au plus un million de lignes. Partagez votre fichier.",
  },
  use: {
    title: "Utiliser la liste",
    none: "Cet annonceur n'a pas de campagne ouverte. Créez-en une, puis revenez ici.",
    campaign: "Campagne",
    how: "Ces visiteurs",
    ways: {
      prefer: "sont préférés (ils comptent double)",
      only: "sont les seuls à qui elle s'affiche",
      none: "ne comptent plus pour elle",
    },
    save: "Enregistrer",
    saved: (name: string) => `${name} est modifiée`,
  },
  remove: {
    title: "Supprimer la liste",
    text: (name: string) =>
      `Les empreintes de « ${name} » sont effacées ; en quelques minutes, personne n'est plus reconnu par elle. Les campagnes réservées à cette liste ne s'affichent plus.`,
    action: "Supprimer",
    done: (name: string) => `La liste ${name} est supprimée`,
  },
} as const;
