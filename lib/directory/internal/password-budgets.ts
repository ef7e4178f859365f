import type { Budget } from '@/lib/throttle/counter';

const minutes = (count: number) => count * 60;

/**
 * Budgets of wrong passwords. What is used up comes back by decay, so that nobody is ever locked: a budget that is used up
 * has room for one more after halfLife · log2(most / (most − 1)).
 */
export const budgets = {
  /**
   * One person, from one address. Five slips at once are human; then one more every 5 minutes, 12 an hour. However long
   * that goes on, it adds up to 18 of the person's 40: a stranger at one address cannot keep the owner at another out.
   */
  personFromAddress: { most: 5, halfLifeSeconds: minutes(15) },
  /**
   * One person, from all addresses together: 40 at once, then 27 an hour, some 660 a day. Against guesses that are spread
   * over many addresses. Below the 100 an hour that the OWASP ASVS allows for one account.
   */
  person: { most: 40, halfLifeSeconds: minutes(60) },
  /**
   * One address, whatever names are tried: 50 at once, then 137 an hour. Room for an office behind one address on a Monday
   * morning, since right passwords and browsers that signed in before do not count; little for trying one password on
   * everybody.
   */
  address: { most: 50, halfLifeSeconds: minutes(15) },
  /**
   * A browser in which the person signed in before. Nobody else uses it up, so it can be more generous; it is there for
   * the case that browser, or a copy of its cookie, is in other hands: 10 at once, then 26 an hour.
   */
  knownBrowser: { most: 10, halfLifeSeconds: minutes(15) },
} as const satisfies Record<string, Budget>;
