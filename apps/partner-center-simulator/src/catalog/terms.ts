/** How an item may be bought: how long one is bound, and how often one pays (facts §8.4). */
export interface Term {
  readonly duration: 'P1M' | 'P1Y' | 'P3Y';
  readonly billingCycle: 'monthly' | 'annual' | 'triennial';
  readonly description: string;
  /** Against the monthly price of a one-year term. */
  readonly priceFactor: number;
  readonly monthsACharge: number;
}

/** Seats may be cancelled or taken back for so long (facts §8.4): always read from the availability. */
export const CANCELLATION_WINDOW = 'P7D';

export const TERMS: readonly Term[] = [
  { duration: 'P1Y', billingCycle: 'monthly', description: 'One-year commitment, billed monthly', priceFactor: 1.05, monthsACharge: 1 },
  { duration: 'P1Y', billingCycle: 'annual', description: 'One-year commitment, billed yearly', priceFactor: 1, monthsACharge: 12 },
  { duration: 'P1M', billingCycle: 'monthly', description: 'One-month commitment, billed monthly', priceFactor: 1.2, monthsACharge: 1 },
  { duration: 'P3Y', billingCycle: 'triennial', description: 'Three-year commitment, billed once', priceFactor: 0.97, monthsACharge: 36 },
];

export function findTerm(duration: unknown, billingCycle: unknown): Term | undefined {
  const cycle = typeof billingCycle === 'string' ? billingCycle.toLowerCase() : '';
  return TERMS.find((term) => term.duration === duration && term.billingCycle === cycle);
}

/** What one seat costs a charge, in a market's money, to the cent. */
export function seatPrice(monthlyPrice: number, rate: number, term: Term): number {
  return Math.round(monthlyPrice * rate * term.priceFactor * term.monthsACharge * 100) / 100;
}

/** The same, spread over the months. */
export function monthlySeatPrice(monthlyPrice: number, rate: number, term: Term): number {
  return Math.round(monthlyPrice * rate * term.priceFactor * 100) / 100;
}
