import { el } from "./dom.ts";
import { allowsAll, allowsNothing, type Choice, type Visit } from "./visit.ts";
import { words } from "./words.ts";

export interface Choices {
  readonly open: () => void;
  /** Told of each change. */
  readonly onChange: (hear: () => void) => void;
}

const own = ["storage", "place", "profile", "precise", "measure"] as const;

/** The window of the consent platform: shown until somebody has chosen, and whenever it is asked for. */
export function setUpChoices(visit: Visit): Choices {
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const choose = (choice: Choice): void => {
    visit.choose(choice);
    box.hidden = true;
    changed();
  };
  const box = el("section", { class: "choices", "aria-label": words.choicesTitle });
  const draw = (): void => box.replaceChildren(...content(visit.choice() ?? allowsNothing, choose));
  const open = (): void => {
    draw();
    box.hidden = false;
    box.querySelector("button")?.focus();
  };
  draw();
  box.hidden = visit.choice() !== null;
  document.body.append(box);
  for (const button of document.querySelectorAll("[data-open-choices]"))
    button.addEventListener("click", open);
  return { open, onChange: (hear) => void listeners.push(hear) };
}

function content(before: Choice, choose: (choice: Choice) => void): readonly Node[] {
  const inputs = own.map((name) => {
    const input = el("input", { type: "checkbox", name });
    input.checked = before[name];
    return { name, input };
  });
  const form = el(
    "details",
    {},
    el("summary", {}, words.chooseMyself),
    ...inputs.map(({ name, input }) => el("label", {}, input, ` ${words.purposes[name]}`)),
  );
  const save = button(words.save, () => {
    const picked = Object.fromEntries(inputs.map(({ name, input }) => [name, input.checked]));
    choose({ ...allowsNothing, ...picked, kind: "custom" });
  });
  form.append(save);
  if (before.kind === "custom") form.open = true;
  return [
    el("p", {}, el("strong", {}, words.choicesTitle), ` ${words.choicesText}`),
    el(
      "div",
      { class: "choose" },
      button(words.refuse, () => choose(allowsNothing)),
      button(words.accept, () => choose(allowsAll)),
    ),
    form,
  ];
}

export function button(text: string, act: () => void): HTMLButtonElement {
  const element = el("button", { type: "button" }, text);
  element.addEventListener("click", act);
  return element;
}
