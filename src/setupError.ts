/** Something that the person who starts Atelier can put right. Its message is one line that says what to do; print it without a stack. */
export class SetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SetupError";
  }
}
