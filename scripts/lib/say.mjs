/** One line of progress. On standard error, so that the output of commands stays clean. */
export function say(line) {
  console.error(`atelier: ${line}`);
}

/** Something that the person at the keyboard can put right: printed as one line, without a stack. */
export class SetUpError extends Error {}
