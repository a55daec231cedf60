/** Work that may be interrupted wherever it yields: whoever serves beside it does a little at a time. */
export type Sliced<Result = void> = Generator<void, Result, void>;

/** Does all of it at once. */
export function finished<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
