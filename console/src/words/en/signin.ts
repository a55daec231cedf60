import type { SameWords } from "../dictionary.ts";
import type { signInFr } from "../fr/signin.ts";

export const signInEn: SameWords<typeof signInFr> = {
  title: "Sign in",
  promise: "Shops' advertising, where their customers are.",
  promiseText:
    "Choose a town, a radius, a budget. Atelier shows your ads to the people around, and tells you what they bring.",
  email: "E-mail address",
  password: "Password",
  submit: "Sign in",
  oidc: "Sign in with your organisation",
  or: "or",
  wrong: "The address or the password is wrong.",
  tooMany: "Too many tries: try again in a quarter of an hour.",
  emailMissing: "Write your e-mail address.",
  passwordMissing: "Write your password.",
  expired: {
    title: "Your session has ended",
    text: "Sign in again: nothing that you have entered is lost.",
  },
  demo: {
    title: "Try the demo",
    text: "These accounts exist on this machine alone.",
    people: {
      "operator's admin": "The operator's administrator",
      "agency's manager": "The agency's manager",
      "florist of Limoges": "The florist of Limoges",
      "operator's reviewer": "The operator's reviewer",
      "operator's reader": "The operator's reader",
    },
  },
  invitation: {
    title: "Choose your password",
    text: "12 to 128 characters, five of them different, and hard to guess.",
    password: "New password",
    again: "The same once more",
    different: "The two passwords differ.",
    submit: "Save and sign in",
    done: "Your password is saved. Sign in.",
    missing: "This link is not whole. Open the one that you were given, or ask for another.",
    weak: "This password is too simple: it takes 12 to 128 characters, five of them different, and nothing common.",
  },
};
