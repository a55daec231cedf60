import type { ProcessPage, ToServing } from "./processMessages.ts";

/** Whoever of several processes is asked for metrics tells those of all: it asks here, where all can be reached. */
export interface PageExchange {
  /** Process `number` wants the pages of the others, under a number of its own. */
  readonly ask: (number: number, asked: number) => void;
  /** Process `number` gives its page. */
  readonly take: (number: number, asked: number, text: string) => void;
}

interface Question {
  readonly by: number;
  /** What the one who asked calls it. */
  readonly asked: number;
  readonly waitsFor: Set<number>;
  readonly pages: ProcessPage[];
  readonly patience: NodeJS.Timeout;
}

/** A process that is busy is not waited for: its page is missing, which tells something, too. */
const patienceMs = 400;

export function createPageExchange(
  tell: (number: number, message: ToServing) => void,
  running: () => readonly number[],
): PageExchange {
  const questions = new Map<number, Question>();
  let last = 0;
  const answer = (id: number): void => {
    const question = questions.get(id);
    if (question === undefined) return;
    questions.delete(id);
    clearTimeout(question.patience);
    const { by, asked, pages } = question;
    tell(by, { kind: "pages", asked, pages });
  };
  return {
    ask(number, asked) {
      const id = ++last;
      const others = running().filter((one) => one !== number);
      const patience = setTimeout(() => answer(id), patienceMs);
      questions.set(id, { by: number, asked, waitsFor: new Set(others), pages: [], patience });
      for (const one of others) tell(one, { kind: "tellPage", asked: id });
      if (others.length === 0) answer(id);
    },
    take(number, asked, text) {
      const question = questions.get(asked);
      if (question?.waitsFor.delete(number) !== true) return;
      question.pages.push({ process: `${number}`, text });
      if (question.waitsFor.size === 0) answer(asked);
    },
  };
}
