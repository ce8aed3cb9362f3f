import type { Random } from './random.ts';

export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly country: string;
}

/** Names that a careless program stumbles over come first: quotes, commas, semicolons, formulas, scripts. */
const AWKWARD: readonly Company[] = [
  { name: 'Müller, Söhne & Co. KG', domain: 'mueller-soehne.example', country: 'DE' },
  { name: 'The "Old Mill" Bakery Ltd', domain: 'oldmillbakery.example', country: 'GB' },
  { name: "O'Sullivan & Daughters", domain: 'osullivan.example', country: 'IE' },
  { name: 'Café Élan; traiteur', domain: 'cafe-elan.example', country: 'FR' },
  { name: '+Plus Energie AG', domain: 'plus-energie.example', country: 'CH' },
  { name: '@Work Coworking BV', domain: 'atwork.example', country: 'NL' },
  { name: 'Żółw i Spółka sp. z o.o.', domain: 'zolw.example', country: 'PL' },
  { name: '株式会社さくら商事', domain: 'sakura-shoji.example', country: 'JP' },
  { name: 'Ångström Måleri AB', domain: 'ångström-måleri.example', country: 'SE' },
  { name: 'Ørsted & Sønner A/S', domain: 'orsted-soenner.example', country: 'DK' },
  { name: 'Příliš Žluťoučký Kůň s.r.o.', domain: 'zlutykun.example', country: 'CZ' },
  { name: 'Peña, Núñez y Asociados', domain: 'pena-nunez.example', country: 'ES' },
];

const PLACES: readonly {
  readonly country: string;
  readonly names: readonly string[];
  readonly trades: readonly string[];
  readonly form: string;
}[] = [
  {
    country: 'DE',
    names: ['Nordwind', 'Alpenblick', 'Elbtal', 'Rheinbogen', 'Schwarzwald', 'Hansa', 'Spreeufer', 'Taunus'],
    trades: ['Logistik', 'Maschinenbau', 'Möbel', 'Steuerberatung', 'Elektrotechnik', 'Pflegedienste'],
    form: 'GmbH',
  },
  { country: 'AT', names: ['Donau', 'Tauern', 'Wachau'], trades: ['Bau', 'Holz', 'Tourismus'], form: 'GmbH' },
  { country: 'CH', names: ['Matterhorn', 'Zürichsee', 'Jura'], trades: ['Uhren', 'Treuhand', 'Pharma'], form: 'AG' },
  { country: 'NL', names: ['Polder', 'Tulp', 'Zuiderzee', 'Maas'], trades: ['Transport', 'Kassen', 'Advies', 'Bloemen'], form: 'B.V.' },
  { country: 'BE', names: ['Ardenne', 'Schelde'], trades: ['Brouwerij', 'Textiel'], form: 'NV' },
  {
    country: 'FR',
    names: ['Lumière', 'Garonne', 'Montclair', 'Bretagne'],
    trades: ['Conseil', 'Viticole', 'Santé', 'Édition'],
    form: 'SARL',
  },
  {
    country: 'GB',
    names: ['Thistle', 'Severn', 'Hollybrook', 'Kestrel', 'Pennine'],
    trades: ['Logistics', 'Solicitors', 'Dental', 'Foods', 'Academy Trust'],
    form: 'Ltd',
  },
  { country: 'IE', names: ['Shannon', 'Liffey'], trades: ['Dairy', 'Aviation'], form: 'Ltd' },
  { country: 'SE', names: ['Norrsken', 'Mälaren', 'Dalarna'], trades: ['Skog', 'Energi'], form: 'AB' },
  { country: 'NO', names: ['Fjord', 'Lofoten'], trades: ['Sjømat', 'Rederi'], form: 'AS' },
  { country: 'FI', names: ['Saimaa', 'Revontuli'], trades: ['Metsä', 'Teknologia'], form: 'Oy' },
  { country: 'PL', names: ['Wisła', 'Bursztyn', 'Tatry'], trades: ['Budownictwo', 'Handel'], form: 'S.A.' },
  { country: 'IT', names: ['Vesuvio', 'Adige', 'Perla'], trades: ['Ceramiche', 'Moda'], form: 'S.r.l.' },
  {
    country: 'US',
    names: ['Redwood', 'Lakeshore', 'Summit', 'Prairie', 'Harborview'],
    trades: ['Insurance', 'Clinics', 'Engineering', 'Schools', 'Title & Escrow'],
    form: 'Inc.',
  },
  { country: 'CA', names: ['Maple Ridge', 'Fundy'], trades: ['Mining', 'Credit Union'], form: 'Corp.' },
  { country: 'AU', names: ['Coral', 'Outback'], trades: ['Freight', 'Vineyards'], form: 'Pty Ltd' },
];

/** So many companies, no two alike, on domains that are reserved for examples. */
export function companies(random: Random, count: number): Company[] {
  const made = PLACES.flatMap(({ country, names, trades, form }) =>
    names.flatMap((name) =>
      trades.map((trade) => ({ name: `${name} ${trade} ${form}`, domain: `${ascii(`${name}-${trade}`)}.example`, country })),
    ),
  );
  const distinct = [...new Map(made.map((company) => [company.domain, company])).values()];
  const wanted = count - AWKWARD.length;
  if (distinct.length < wanted) throw new Error(`Only ${distinct.length} names for ${wanted} companies: add places or trades.`);
  return random.shuffled([...AWKWARD, ...random.shuffled(distinct).slice(0, wanted)]);
}

function ascii(text: string): string {
  const letters: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', æ: 'ae', ß: 'ss' };
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9-]/g, (letter) => letters[letter] ?? '-');
}
