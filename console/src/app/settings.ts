/** What the server tells the console's page. */
export interface ConsoleSettings {
  /** For style sheets that are made in the browser; changes with each load. */
  readonly nonce: string;
  /** Whether people may sign in at an OpenID provider. */
  readonly oidc: boolean;
  /** People to try the console as; only the embedded start has some. */
  readonly demo: readonly DemoPerson[];
  /** Of map tiles, with {z}, {x} and {y}; null = the outline that comes with the console. */
  readonly mapTiles: { readonly url: string; readonly attribution: string } | null;
}

export interface DemoPerson {
  /** In a few words of English, by which the console has its own. */
  readonly who: string;
  readonly email: string;
  readonly password: string;
}

const none: ConsoleSettings = { nonce: "", oidc: false, demo: [], mapTiles: null };

/** The server writes them into the page, so that nothing is asked for before the first view. */
function readSettings(): ConsoleSettings {
  const content = document.querySelector<HTMLMetaElement>('meta[name="atelier-settings"]')?.content;
  return { ...none, ...(JSON.parse(content ?? "{}") as Partial<ConsoleSettings>) };
}

export const settings: ConsoleSettings = readSettings();
