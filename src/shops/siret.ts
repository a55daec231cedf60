/** La Poste's own number, whose offices have SIRETs that Luhn's formula does not know. */
const laPoste = "356000000";

/**
 * What is wrong with a SIRET (14 digits, written without spaces), or null. Its last digit is Luhn's check of the others; the
 * offices of La Poste need a digit sum that 5 divides instead (INSEE). Nobody is asked whether the shop exists. Pure.
 */
export function siretProblem(siret: string): string | null {
  if (!/^\d{14}$/.test(siret)) return "must have 14 digits";
  const isPost = siret.startsWith(laPoste) && digitSum(siret) % 5 === 0;
  return luhnSum(siret) % 10 === 0 || isPost
    ? null
    : "is no SIRET: its check digit is wrong (look for a typing error)";
}

/** As people write it: "732 829 320 00074". */
export const tidySiret = (text: string): string => text.replace(/[\s.\u00a0]/g, "");

const digitSum = (digits: string): number => [...digits].reduce((sum, digit) => sum + +digit, 0);

/** Every second digit from the right counts twice, with 9 taken off where that has two digits. */
function luhnSum(digits: string): number {
  return [...digits].reduce((sum, digit, index) => {
    const value = (digits.length - index) % 2 === 0 ? +digit * 2 : +digit;
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}
