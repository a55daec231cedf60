import type { Config } from "../config.ts";
import type { CheckResult } from "../routes/health.ts";
import type { PassTarget } from "../routes/passOn.ts";
import { askBeside } from "./askBeside.ts";
import type { Beside } from "./server.ts";

/** The process of management, as who passes requests on to it knows it. */
export interface ManagementState {
  /** Null while it is away. */
  readonly target: PassTarget | null;
  /** How often it had to be started again. */
  readonly restarts: number;
}

/** What a process that serves ads answers for the one that manages. `state` is looked at each time. */
export function besideManagement(
  state: () => ManagementState,
  passOn: Beside["passOn"],
  metricsToken: Config["metricsToken"],
): Beside {
  return {
    passOn,
    check: {
      name: "management",
      // Ads are served without it.
      required: false,
      async run(): Promise<CheckResult> {
        const { target, restarts } = state();
        const answer = await askBeside(target, "/readyz", {});
        if (answer === null) return { ok: false, detail: { status: "away", restarts } };
        const { status, reasons } = JSON.parse(answer);
        return {
          ok: status === "ready",
          detail: { status, reasons: reasons.join(", "), restarts },
        };
      },
    },
    measure(metrics) {
      metrics.gauge(
        "atelier_management_up",
        "1 while the process of management answers; of a node that runs it beside ads",
        () => (state().target === null ? 0 : 1),
      );
      metrics.gauge(
        "atelier_management_restarts",
        "How often that process had to be started again since this one began",
        () => state().restarts,
      );
      const headers: Readonly<Record<string, string>> =
        metricsToken === null ? {} : { authorization: `Bearer ${metricsToken}` };
      return {
        metricsPage: async () => (await askBeside(state().target, "/metrics", headers)) ?? "",
      };
    },
  };
}
