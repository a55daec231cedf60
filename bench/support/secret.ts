/** Signs what the bench's servers sign, so that whoever measures may sign it too. */
export const benchSecret = "a secret that is only good for benchmarks";
