import { type TcChoice, wholeChoice, writeTcString } from "../src/demo/tcString.ts";

/** Somebody whom the demo knows by name, or nobody. */
export interface Persona {
  readonly id: string;
  readonly fr: string;
  readonly en: string;
}

export const personas: readonly Persona[] = [
  { id: "v-123", fr: "Limoges, cherche une voiture", en: "Limoges, looks for a car" },
  { id: "v-toiture", fr: "près de Brive, refait son toit", en: "near Brive, mends a roof" },
  { id: "v-velo", fr: "Rennes, roule à vélo", en: "Rennes, cycles" },
  { id: "v-demenage", fr: "Lille, part vivre à Nantes", en: "Lille, moves to Nantes" },
  { id: "", fr: "inconnu (sans identifiant)", en: "unknown (no identifier)" },
];

export type ChoiceKind = "all" | "none" | "custom";

/** What a visitor of the town has chosen; kept on the device, as a consent platform keeps it. */
export interface Choice {
  readonly kind: ChoiceKind;
  /** Of a choice of one's own. */
  readonly storage: boolean;
  readonly profile: boolean;
  readonly place: boolean;
  readonly precise: boolean;
  readonly measure: boolean;
}

/** The one vendor of the demo: ours. */
const vendorId = 1;

export const allowsAll: Choice = {
  kind: "all",
  storage: true,
  profile: true,
  place: true,
  precise: true,
  measure: true,
};
export const allowsNothing: Choice = {
  kind: "none",
  storage: false,
  profile: false,
  place: false,
  precise: false,
  measure: false,
};

export function tcStringOf(choice: Choice, nowMs: number): string {
  if (choice.kind !== "custom")
    return writeTcString(wholeChoice(choice.kind === "all", vendorId, nowMs));
  const purposes = [
    ...(choice.storage ? [1] : []),
    ...(choice.place ? [2] : []),
    ...(choice.profile ? [3, 4] : []),
    ...(choice.measure ? [7] : []),
  ];
  const own: TcChoice = {
    purposes,
    legitimateInterests: [],
    specialFeatures: choice.precise ? [1] : [],
    vendors: purposes.length > 0 ? [vendorId] : [],
    disclosedVendors: [vendorId],
    nowMs,
  };
  return writeTcString(own);
}

interface Tag {
  push(command: object): unknown;
  navigate?(settings?: object): void;
}
type Hear = (data: object, ok: boolean) => void;
const host = window as unknown as {
  atelier?: Tag;
  __tcfapi?: (command: string, version: number, hear: Hear, parameter?: unknown) => void;
};

export interface Visit {
  /** To be told of each request of the tag. */
  readonly asked: () => void;
  readonly choice: () => Choice | null;
  readonly persona: () => string;
  readonly isLocated: () => boolean;
  readonly choose: (choice: Choice) => void;
  readonly become: (personaId: string) => void;
  readonly locate: (isLocated: boolean) => void;
}

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(`town-${key}`);
  } catch {
    return null;
  }
};
const keep = (key: string, value: string): void => {
  try {
    localStorage.setItem(`town-${key}`, value);
  } catch {
    // A browser that keeps nothing asks again on the next page.
  }
};

/** Puts the consent platform on the page and tells the tag who visits; what is changed later asks for ads anew. */
export function startVisit(): Visit {
  let choice = parseChoice(read("choice"));
  let persona = read("persona") ?? personas[0]?.id ?? "";
  let isLocated = read("located") === "yes";
  let hasAsked = false;
  const { hear, tell } = createPlatform(() => choice);
  host.__tcfapi = hear;
  host.atelier ??= [] as unknown as Tag;
  host.atelier.push(settingsOf(persona, isLocated));
  const again = (): void => host.atelier?.navigate?.(settingsOf(persona, isLocated));
  return {
    asked() {
      hasAsked = true;
    },
    choice: () => choice,
    persona: () => persona,
    isLocated: () => isLocated,
    choose(next) {
      // What has not been asked yet will be asked with this choice, and at once.
      const wasWaiting = !hasAsked;
      choice = next;
      keep("choice", JSON.stringify(next));
      tell("useractioncomplete");
      if (!wasWaiting) again();
    },
    become(next) {
      persona = next;
      keep("persona", next);
      again();
    },
    locate(next) {
      isLocated = next;
      keep("located", next ? "yes" : "no");
      again();
    },
  };
}

function settingsOf(persona: string, isLocated: boolean): object {
  const { place = "", lat = "", lon = "" } = document.body.dataset;
  const device = { lat: Number(lat) + 0.004, lon: Number(lon) + 0.006, accuracyMeters: 30 };
  return {
    visitor: persona === "" ? {} : { id: persona },
    place: isLocated ? { device } : { search: { inseeCode: place } },
  };
}

function parseChoice(text: string | null): Choice | null {
  try {
    const choice = JSON.parse(text ?? "null") as Choice | null;
    return choice !== null && typeof choice.kind === "string" ? choice : null;
  } catch {
    return null;
  }
}

/** The part of `__tcfapi` 2.2 that vendors use. */
function createPlatform(choice: () => Choice | null) {
  const listeners = new Map<number, Hear>();
  let lastId = 0;
  const data = (eventStatus: string, listenerId: number | null): object => {
    const chosen = choice();
    return {
      tcString: chosen === null ? "" : tcStringOf(chosen, Date.now()),
      tcfPolicyVersion: 5,
      cmpId: 4_095,
      cmpVersion: 1,
      gdprApplies: true,
      cmpStatus: "loaded",
      eventStatus,
      listenerId,
    };
  };
  const present = (): string => (choice() === null ? "cmpuishown" : "tcloaded");
  const hear = (command: string, _version: number, callback: Hear, parameter?: unknown): void => {
    if (command === "ping")
      callback(
        { gdprApplies: true, cmpLoaded: true, cmpStatus: "loaded", apiVersion: "2.2" },
        true,
      );
    else if (command === "addEventListener") {
      const id = ++lastId;
      listeners.set(id, callback);
      callback(data(present(), id), true);
    } else if (command === "removeEventListener") callback({}, listeners.delete(Number(parameter)));
    else callback({}, false);
  };
  return {
    hear,
    tell(eventStatus: string): void {
      for (const [id, listener] of listeners) listener(data(eventStatus, id), true);
    },
  };
}
