/** Collects what breaks the specification: the first breach is the one that is told. */
export interface Faults {
  first: string | null;
}

/** Says that `path` ("imp[0].id") breaks a rule ("is missing"). */
export function addFault(faults: Faults, path: string, rule: string): void {
  faults.first ??= `${path} ${rule}`;
}
