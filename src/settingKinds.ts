/** How the text of a setting becomes a value. `rule` completes the sentence "NAME must be …". */
export interface SettingKind<T> {
  readonly rule: string;
  /** Undefined when the text breaks the rule. */
  readonly read: (text: string) => T | undefined;
}

/** An integer within [minimum, maximum]. */
export function integer(minimum: number, maximum: number): SettingKind<number> {
  return {
    rule: `an integer from ${minimum} to ${maximum}`,
    read(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= minimum && value <= maximum ? value : undefined;
    },
  };
}

/** A share, 0 to 1. */
export const ratio: SettingKind<number> = {
  rule: "a number from 0 to 1, like 0.05",
  read: (text) => (/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(text) ? Number(text) : undefined),
};

export const flag: SettingKind<boolean> = {
  rule: "true or false",
  read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
};

export function oneOf<const T extends string>(...values: readonly T[]): SettingKind<T> {
  return {
    rule: `one of ${values.join(", ")}`,
    read: (text) => values.find((value) => value === text),
  };
}

/** Any text of at most 4,096 characters without control characters: a path or a name. */
export function text(what: string): SettingKind<string> {
  return {
    rule: what,
    read: (value) => (value.length <= 4_096 && !hasControlCharacter(value) ? value : undefined),
  };
}

/** A secret long enough that nobody guesses it. */
export const secret: SettingKind<string> = {
  rule: "a secret of at least 32 characters (for example from `openssl rand -hex 32`)",
  read: (value) =>
    value.length >= 32 && value.length <= 4_096 && !hasControlCharacter(value) ? value : undefined,
};

/** A secret that somebody else made: it may be short. */
export const givenSecret: SettingKind<string> = {
  rule: "the secret as it was given",
  read: text("a secret").read,
};

/** The issuer of an OpenID provider: https, or plain http on this very machine; without query, fragment or password. */
export const issuer: SettingKind<string> = {
  rule: "an issuer like https://login.example.fr",
  read(value) {
    if (value.length > 500 || !isUrl(value, ["https:", "http:"])) return undefined;
    const { protocol, hostname, search, hash, username } = new URL(value);
    const isHere = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
    const isFine = (protocol === "https:" || isHere) && `${search}${hash}${username}` === "";
    return isFine ? value : undefined;
  },
};

/** A URL with one of the schemes. */
export function url(schemes: readonly string[], example: string): SettingKind<string> {
  return {
    rule: `a URL like ${example}`,
    read: (value) => (isUrl(value, schemes) ? value : undefined),
  };
}

/** The address of map tiles: https, or plain http on this very machine, with {z}, {x} and {y} in its path or query. */
export const mapTiles: SettingKind<string> = {
  rule: "an https URL with {z}, {x} and {y}, like https://tiles.example.fr/{z}/{x}/{y}.png",
  read(value) {
    if (value.length > 1_000 || !isUrl(value, ["https:", "http:"])) return undefined;
    const { protocol, hostname, username } = new URL(value);
    const isHere = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
    const isWhole = ["{z}", "{x}", "{y}"].every((part) => value.includes(part));
    const hasPlainHost = /^[a-z0-9.:[\]-]+$/i.test(hostname) && username === "";
    return (protocol === "https:" || isHere) && isWhole && hasPlainHost ? value : undefined;
  },
};

/** One or several URLs separated by commas, all with one of the schemes. */
export function urls(schemes: readonly string[], example: string): SettingKind<string> {
  return {
    rule: `one or more URLs like ${example}, separated by commas`,
    read: (value) => (value.split(",").every((one) => isUrl(one, schemes)) ? value : undefined),
  };
}

/** The address of a site without path, query or fragment; given back without the last slash. */
export const origin: SettingKind<string> = {
  rule: "a URL without a path like https://ads.example.fr",
  read(value) {
    if (!isUrl(value, ["https:", "http:"])) return undefined;
    const parsed = new URL(value);
    const bare =
      parsed.pathname === "/" &&
      parsed.search === "" &&
      parsed.hash === "" &&
      parsed.username === "";
    return bare ? parsed.origin : undefined;
  },
};

function isUrl(value: string, schemes: readonly string[]): boolean {
  const parsed = URL.parse(value.trim());
  return parsed !== null && schemes.includes(parsed.protocol) && parsed.hostname !== "";
}

function hasControlCharacter(value: string): boolean {
  return [...value].some((character) => character < " " || character === "\u007f");
}

/** Texts separated by commas, none of them empty: at most `most`, each of at most `characters`. */
export function listOfTexts(most: number, characters: number): SettingKind<readonly string[]> {
  return {
    rule: `at most ${most} texts of at most ${characters} characters, separated by commas`,
    read(value) {
      const texts = value.split(",").map((one) => one.trim());
      const isFine = texts.every(
        (one) => one !== "" && one.length <= characters && !hasControlCharacter(one),
      );
      return isFine && texts.length <= most ? texts : undefined;
    },
  };
}
