/** How long sessions of the console last, and how often somebody may try to begin one. */
export const sessionLimits = {
  idleSeconds: 2 * 3_600,
  longestSeconds: 12 * 3_600,
  perUser: 20,
  attemptWindowSeconds: 15 * 60,
  /** Tries in one window: of one account from one network, of one account, from one network. */
  attemptsPerPair: 10,
  attemptsPerAccount: 100,
  attemptsPerNetwork: 60,
  /** A sign-in at the provider: shorter than the window in which it is counted once. */
  signInSeconds: 10 * 60,
  /** Whole offices sign in from one network in the morning. */
  signInsPerNetwork: 300,
  invitationSeconds: 7 * 24 * 3_600,
} as const;
