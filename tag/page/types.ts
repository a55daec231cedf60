export type Format = "native" | "image" | "html";
/** In pixels. */
export type Size = readonly [width: number, height: number];

/** What an element of the page wishes for. */
export interface Wish {
  /** The placement's code. */
  readonly code: string;
  readonly formats: readonly Format[];
  /** Only those that fit the element. */
  readonly sizes: readonly Size[];
  readonly count: number;
}

/** An ad of an answer, of which everything was checked. */
export interface Ad {
  readonly format: Format;
  readonly creativeId: number;
  readonly width: number;
  readonly height: number;
  readonly advertiser: string;
  readonly label: string;
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
  readonly imageUrl: string;
  readonly alt: string;
  readonly mentions: readonly string[];
  readonly payer: string;
  readonly reasons: readonly string[];
  /** Empty = nothing about the visitor was used. */
  readonly choices: string;
  readonly aboutUrl: string;
  readonly impression: string;
  readonly viewable: string;
  readonly click: string;
}

/** What is known of the visitor's choice; nothing = the server uses nothing. */
export interface Signal {
  readonly gdpr?: boolean;
  readonly consent?: string;
}

/** What the site tells: by `atelier.push({…})`, or in a block of JSON. */
export interface Config {
  readonly site?: string;
  readonly page?: { readonly category?: string; readonly keywords?: readonly string[] };
  readonly place?: { readonly search?: object; readonly device?: object; readonly home?: object };
  readonly visitor?: {
    readonly id?: string;
    readonly signature?: string;
    readonly gdpr?: unknown;
    readonly consent?: unknown;
  };
  readonly device?: object;
  /** False: nothing about the visitor is sent. */
  readonly personalised?: boolean;
  readonly lazy?: boolean;
  /** Seconds in view after which an ad gives way to another. */
  readonly refresh?: number;
  readonly spa?: boolean;
  /** How long the consent platform is waited for, in milliseconds. */
  readonly cmpTimeout?: number;
  /** How long an answer is waited for, in milliseconds. */
  readonly timeout?: number;
  /** Where the site's own choices are changed. */
  readonly choices?: string | (() => void);
  /** Stands before the address of clicks, which is escaped after it. */
  readonly clickPrefix?: string;
  readonly test?: boolean;
  /** What the tag says, in another language than French. */
  readonly words?: Readonly<Record<string, string>>;
}
