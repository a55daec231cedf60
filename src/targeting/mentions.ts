/** What the law has every ad of a campaign say: a text, or several of which one is shown in turn. */
export type Mention = readonly string[];

/** The texts to be shown: of those that take turns, the one that `turn` (an integer ≥ 0) falls on. Pure. */
export function mentionTexts(mentions: readonly Mention[], turn: number): readonly string[] {
  return mentions.map((texts) => texts[turn % texts.length] ?? "");
}
