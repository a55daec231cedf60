import { type Response, Router } from "express";

/** What one part of the system says of itself. */
export interface CheckResult {
  readonly ok: boolean;
  /** Why not, or figures worth knowing (ages, lengths); small and without secrets. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Check {
  readonly name: string;
  /** False: its trouble is reported, but this node still answers and stays in the balancer. */
  readonly required: boolean;
  /** Cheap: reads state that is kept anyway, or asks a store once. A rejection counts as not ok. */
  readonly run: () => CheckResult | Promise<CheckResult>;
}

export interface HealthDeps {
  readonly checks: readonly Check[];
  /** True from the moment that the process was asked to stop: balancers must look elsewhere. */
  readonly isStopping: () => boolean;
  readonly nowMs: () => number;
}

/** A check that does not answer in this time is not ok. */
const checkDeadlineMs = 500;
/** Balancers and people may ask as often as they like; stores are asked this often at most. */
const reuseMs = 1_000;

interface Readiness {
  readonly status: "ready" | "degraded" | "not ready";
  readonly reasons: readonly string[];
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/**
 * `GET /healthz`: the process answers (200). `GET /startupz`: 200 once it has been ready, for good: what is slow afterwards is no
 * reason to start it again. `GET /readyz`: 200 when every required check holds ("degraded" names the
 * others), 503 with the reasons when one does not or the process is stopping. JSON, never cached.
 */
export function healthRouter(deps: HealthDeps): Router {
  const readiness = reuseRecent(() => runChecks(deps.checks), deps.nowMs);
  const router = Router();
  let hasStarted = false;
  router.get("/startupz", async (_request, response) => {
    hasStarted ||= (await readiness()).status !== "not ready";
    answer(response, hasStarted ? 200 : 503, { status: hasStarted ? "started" : "starting" });
  });
  router.get("/healthz", (_request, response) => {
    answer(response, 200, { status: "alive" });
  });
  router.get("/readyz", async (_request, response) => {
    if (deps.isStopping()) {
      answer(response, 503, { status: "not ready", reasons: ["stopping"], checks: {} });
      return;
    }
    const found = await readiness();
    answer(response, found.status === "not ready" ? 503 : 200, found);
  });
  return router;
}

function answer(response: Response, status: number, body: object): void {
  response.status(status).set("Cache-Control", "no-store").json(body);
}

async function runChecks(checks: readonly Check[]): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async (check) => ({ check, result: await runCheck(check) })),
  );
  const failed = results.filter(({ result }) => !result.ok).map(({ check }) => check);
  const blocked = failed.some((check) => check.required);
  return {
    status: blocked ? "not ready" : failed.length > 0 ? "degraded" : "ready",
    reasons: failed.map((check) => check.name),
    checks: Object.fromEntries(results.map(({ check, result }) => [check.name, result])),
  };
}

/** One check within its deadline; never rejects, and tells nothing of a store's addresses. */
export async function runCheck(check: Check): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, detail: { error: `no answer in ${checkDeadlineMs} ms` } }),
      checkDeadlineMs,
    );
  });
  // The text of a store's error may hold addresses: only its kind is shown.
  const failure = (error: unknown): CheckResult => ({
    ok: false,
    detail: { error: error instanceof Error ? error.name : "unknown" },
  });
  try {
    return await Promise.race([Promise.resolve().then(check.run).catch(failure), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Shares one run among those who ask meanwhile, and its result for a second after. */
function reuseRecent<T>(run: () => Promise<T>, nowMs: () => number): () => Promise<T> {
  let current: { readonly startedAtMs: number; readonly result: Promise<T> } | undefined;
  return () => {
    const now = nowMs();
    if (current === undefined || now - current.startedAtMs >= reuseMs)
      current = { startedAtMs: now, result: run() };
    return current.result;
  };
}
