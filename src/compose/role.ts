/**
 * What a process does: `ads` answers visitors, publishers and exchanges and follows the campaigns; `management` answers who
 * manages campaigns, and does what need not be done beside ads; `all` both.
 */
export type ServerRole = "all" | "ads" | "management";

export const servesAds = (role: ServerRole): boolean => role !== "management";

export const manages = (role: ServerRole): boolean => role !== "ads";
