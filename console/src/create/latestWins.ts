/** What it takes to ask for the latest only. */
export interface LatestWinsDeps<Question, Answer> {
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer>;
  readonly onAnswer: (answer: Answer, question: Question) => void;
  readonly onError: (error: unknown, question: Question) => void;
}

export interface LatestWins<Question> {
  readonly put: (question: Question) => void;
  /** Ends what is under way; nothing is heard of it any more. */
  readonly stop: () => void;
}

/**
 * Asks one question at a time. What comes meanwhile waits, each in place of the one before; a question that is overtaken
 * by `mostBehind` newer ones is ended. So a hand that drags sees figures while it drags, never older after newer.
 */
export function createLatestWins<Question, Answer>(
  { ask, onAnswer, onError }: LatestWinsDeps<Question, Answer>,
  mostBehind = 12,
): LatestWins<Question> {
  let waiting: { readonly question: Question } | null = null;
  let running: AbortController | null = null;
  let behind = 0;
  const next = (): void => {
    running = null;
    if (waiting === null) return;
    const { question } = waiting;
    waiting = null;
    start(question);
  };
  const start = (question: Question): void => {
    const controller = new AbortController();
    running = controller;
    behind = 0;
    const isCurrent = () => running === controller;
    ask(question, controller.signal).then(
      (answer) => {
        if (!isCurrent()) return;
        onAnswer(answer, question);
        next();
      },
      (error: unknown) => {
        if (!isCurrent()) return;
        if (!controller.signal.aborted) onError(error, question);
        next();
      },
    );
  };
  return {
    put(question) {
      if (running === null) return start(question);
      waiting = { question };
      behind += 1;
      if (behind >= mostBehind) running.abort();
    },
    stop() {
      waiting = null;
      const ended = running;
      running = null;
      ended?.abort();
    },
  };
}
