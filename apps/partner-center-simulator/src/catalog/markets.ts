/** Where is sold, and in which money. `rate`: how much of it a US dollar's list price is. */
export interface Market {
  readonly currency: string;
  readonly symbol: string;
  readonly rate: number;
}

const EURO: Market = { currency: 'EUR', symbol: '€', rate: 0.94 };

export const MARKETS: Readonly<Record<string, Market>> = {
  US: { currency: 'USD', symbol: '$', rate: 1 },
  CA: { currency: 'CAD', symbol: '$', rate: 1.32 },
  GB: { currency: 'GBP', symbol: '£', rate: 0.82 },
  DE: EURO,
  FR: EURO,
  NL: EURO,
  BE: EURO,
  LU: EURO,
  ES: EURO,
  IT: EURO,
  AT: EURO,
  IE: EURO,
  PT: EURO,
  FI: EURO,
  GR: EURO,
  CH: { currency: 'CHF', symbol: 'CHF', rate: 1.02 },
  SE: { currency: 'SEK', symbol: 'kr', rate: 10.6 },
  NO: { currency: 'NOK', symbol: 'kr', rate: 10.3 },
  DK: { currency: 'DKK', symbol: 'kr', rate: 7 },
  PL: { currency: 'PLN', symbol: 'zł', rate: 4.2 },
  CZ: { currency: 'CZK', symbol: 'Kč', rate: 23 },
  HU: { currency: 'HUF', symbol: 'Ft', rate: 360 },
  RO: { currency: 'RON', symbol: 'lei', rate: 4.7 },
  AU: { currency: 'AUD', symbol: '$', rate: 1.5 },
  NZ: { currency: 'NZD', symbol: '$', rate: 1.65 },
  JP: { currency: 'JPY', symbol: '¥', rate: 150 },
  IN: { currency: 'INR', symbol: '₹', rate: 82 },
  SG: { currency: 'SGD', symbol: '$', rate: 1.36 },
  BR: { currency: 'BRL', symbol: 'R$', rate: 5.4 },
  MX: { currency: 'MXN', symbol: '$', rate: 18 },
  ZA: { currency: 'ZAR', symbol: 'R', rate: 18.5 },
  AE: { currency: 'AED', symbol: 'AED', rate: 3.67 },
};

export function marketOf(country: string): Market | undefined {
  return Object.hasOwn(MARKETS, country) ? MARKETS[country] : undefined;
}
