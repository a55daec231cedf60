/** What the coordinator tells an ad server, over the channel between them. */
export type ToNode =
  | { readonly kind: "time"; readonly nowMs: number; readonly tickMs: number }
  | { readonly kind: "step"; readonly call: number; readonly jobs: readonly JobName[] };

/** What runs beside requests, run when virtual time says so. */
export type JobName =
  | "drain"
  | "clickRates"
  /** Looks at the campaigns' money and publishes throttles, where this server leads or can lead. */
  | "pacing"
  /** Takes the throttles that were published. */
  | "throttles"
  /** Writes the traffic that this server has counted. */
  | "traffic"
  /** Writes the events that wait in memory to their files. */
  | "events"
  | "forecasts";

/** What an ad server says. */
export type FromNode =
  | { readonly kind: "ready"; readonly port: number }
  | {
      readonly kind: "done";
      readonly call: number;
      readonly error: string | null;
      readonly state: NodeState;
    };

export interface NodeState {
  readonly spooledBytes: number;
  readonly unwritten: number;
  readonly pausePaid: boolean;
}
