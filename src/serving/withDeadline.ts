/** The promise's value, or `onLate()` when it has none in time. A fault after the deadline is nobody's any more. */
export function withDeadline<Value>(
  promise: Promise<Value>,
  deadlineMs: number,
  onLate: () => Value,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(onLate()), deadlineMs);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
