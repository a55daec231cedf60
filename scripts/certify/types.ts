/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** After the address of the endpoint: "", "?gzip=1". */
  readonly suffix: string;
  /** Instead of the endpoint, for notices and pixels. */
  readonly address?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Inflated where it came compressed. */
  readonly text: string;
  /** From the first byte sent to the last byte read. */
  readonly elapsedMs: number;
  /** The connection had been used before. */
  readonly reused: boolean;
}

export type Send = (request: WireRequest) => Promise<WireAnswer>;

/** A bid, as far as the suite reads it. */
export interface SeenBid {
  readonly id: string;
  readonly impid: string;
  readonly price: number;
  readonly adm: string;
  readonly adomain: readonly string[];
  readonly crid: string;
  readonly cat?: readonly string[];
  readonly cattax?: number;
  readonly w?: number;
  readonly h?: number;
  readonly mtype: number;
  readonly dealid?: string;
  readonly nurl: string;
  readonly burl: string;
  readonly lurl: string;
  readonly ext?: { readonly dsa?: { readonly adrender: number; readonly behalf: string } };
}

/** What the first bid has shown, for the cases that forbid it. */
export interface Probe {
  readonly bid: SeenBid;
  readonly seat: string | null;
  readonly currency: string;
}

/** What a case must see in the answer. */
export type Expectation =
  /** A bid that is valid against its request; a server without such an ad fails. */
  | "bid"
  /** No bid: 204, or 200 with a reason. */
  | "no bid"
  /** Either, as long as a bid is valid. */
  | "either"
  /** 400 without content. */
  | "refusal";

/** Looks at what is special; answers what is wrong, in words. Nothing = good. */
export type Look = (seen: Seen) => readonly string[] | Promise<readonly string[]>;

export interface Seen {
  readonly answer: WireAnswer;
  /** Of the answer, in its order; empty when there is none. */
  readonly bids: readonly SeenBid[];
  readonly currency: string | null;
  readonly seat: string | null;
  readonly send: Send;
}

export interface CertificationCase {
  readonly group: string;
  /** A sentence: what the server does. */
  readonly name: string;
  /** The body, or null when the probe does not have what it takes. */
  readonly body: (probe: Probe | null) => unknown;
  readonly expect: Expectation;
  readonly look?: Look;
  /** How it goes over the wire; default: JSON as `application/json`. */
  readonly wire?: Partial<Pick<WireRequest, "method" | "suffix" | "headers">> & {
    readonly encode?: (json: string) => Buffer;
  };
}

export interface CaseResult {
  readonly group: string;
  readonly name: string;
  readonly problems: readonly string[];
  readonly status: number | null;
  readonly elapsedMs: number | null;
}
