const french = new Intl.NumberFormat("fr-FR", { maximumSignificantDigits: 2 });
const english = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });

/** A count as people say it, to two digits: "environ 180", "moins d'une". */
export function countFr(count: number, about = "environ "): string {
  return count < 1 ? "moins d'une" : `${about}${french.format(count)}`;
}

/** The same: "about 180", "less than one". */
export function countEn(count: number, about = "about "): string {
  return count < 1 ? "less than one" : `${about}${english.format(count)}`;
}
