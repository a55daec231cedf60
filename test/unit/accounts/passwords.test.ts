import { describe, expect, it, test } from "vitest";
import { createPasswordQueue } from "../../../src/accounts/passwordQueue.ts";
import {
  hashPassword,
  nobodysHash,
  passwordProblem,
  verifyPassword,
} from "../../../src/accounts/passwords.ts";

const salt = new Uint8Array(16).fill(7);

describe("a password's hash", () => {
  it("is argon2id's with the cost that OWASP asks for, and verifies that password alone", async () => {
    const hash = await hashPassword("un vieux cheval à bascule", salt);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await verifyPassword("un vieux cheval à bascule", hash)).toBe(true);
    expect(await verifyPassword("un vieux cheval a bascule", hash)).toBe(false);
  });

  it("is the same however the keyboard writes an accent", async () => {
    const hash = await hashPassword("crème brûlée 1900", salt);
    expect(await verifyPassword("crème brûlée 1900".normalize("NFD"), hash)).toBe(true);
  });

  it("of nobody fits nothing, and what is no hash fits nothing either", async () => {
    expect(await verifyPassword("", nobodysHash)).toBe(false);
    expect(await verifyPassword("x", "$argon2i$v=19$m=8,t=1,p=1$AA$AA")).toBe(false);
  });
});

test.each([
  ["court", /at least 12/],
  ["x".repeat(129), /at most 128/],
  ["aaaaaaaaaaaaaaaa", /5 different/],
  ["abababababababab", /5 different/],
  ["motdepasse2026", /too easy/],
  ["Azertyuiop12", /too easy/],
  ["jeanne.laval1", /too easy/],
])("%s is refused", (password, rule) => {
  expect(passwordProblem(password, "jeanne.laval@agence.example")).toMatch(rule);
});

test.each(["un vieux cheval à bascule", "motdepasse de ma grand-mère", "密码密码一二三四五六七八"])(
  "%s is fine",
  (password) => {
    expect(passwordProblem(password, "jeanne.laval@agence.example")).toBeNull();
  },
);

it("passwords wait for their turn, and beyond a hundred are sent away", async () => {
  const queue = createPasswordQueue(1);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 103 }, () => queue.verify("x", "no hash at all")),
  );
  const refused = outcomes.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(2);
  expect(await queue.verify("x", "no hash at all")).toBe(false);
});
