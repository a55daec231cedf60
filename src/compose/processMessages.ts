import type { Config } from "../config.ts";
import type { ManagementState } from "./besideManagement.ts";
import type { ServerOptions } from "./server.ts";

/** What a serving process composes by, besides the settings. */
export type ServingOptions = Pick<ServerOptions, "dynamodbCredentials">;

/** What a serving process is told first. All of it is JSON; its secrets stand in no environment and on no command line. */
export interface ServingOrder {
  readonly kind: "order";
  readonly config: Config;
  readonly options: ServingOptions;
  /** From 1; who replaces one that ended has its number, and what that one left on the disk. */
  readonly number: number;
  /** How often this number had to be started again. */
  readonly restarts: number;
  /** Null = no process of management is beside them. */
  readonly management: ManagementState | null;
}

/** From who listens to one that serves. */
export type ToServing =
  | ServingOrder
  | { readonly kind: "management"; readonly state: ManagementState }
  | { readonly kind: "tellPage"; readonly asked: number }
  | {
      readonly kind: "pages";
      readonly asked: number;
      readonly pages: readonly ProcessPage[];
    };

/** Metrics of one process. */
export interface ProcessPage {
  readonly process: string;
  readonly text: string;
}

/** And back. */
export type FromServing =
  | { readonly kind: "ready"; readonly port: number }
  /** It cannot start with these settings, however often it tries. */
  | { readonly kind: "misconfigured"; readonly problem: string }
  | { readonly kind: "alive" }
  | { readonly kind: "askPages"; readonly asked: number }
  | { readonly kind: "page"; readonly asked: number; readonly text: string };
