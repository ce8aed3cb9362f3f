/** What the sample customers hold and move to. License SKU GUIDs are Microsoft's public ones. */
export interface Offer {
  readonly name: string;
  readonly skuId: string;
  /** `product:sku` in the new-commerce catalog. */
  readonly catalogItem: string;
}

export const BUSINESS_BASIC: Offer = {
  name: 'Microsoft 365 Business Basic',
  skuId: '3b555118-da6a-4418-894f-7df1e2096870',
  catalogItem: 'CFQ7TTC0LH18:0001',
};
export const BUSINESS_STANDARD: Offer = {
  name: 'Microsoft 365 Business Standard',
  skuId: 'f245ecc8-75af-4f8e-b61f-27d8114de5f3',
  catalogItem: 'CFQ7TTC0LDPB:0001',
};
export const BUSINESS_PREMIUM: Offer = {
  name: 'Microsoft 365 Business Premium',
  skuId: 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46',
  catalogItem: 'CFQ7TTC0LCHC:0002',
};
export const OFFICE_E3: Offer = { name: 'Office 365 E3', skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900', catalogItem: 'CFQ7TTC0LF8R:0001' };
export const MICROSOFT_E3: Offer = {
  name: 'Microsoft 365 E3',
  skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965',
  catalogItem: 'CFQ7TTC0LFLX:0001',
};
export const MICROSOFT_E5: Offer = {
  name: 'Microsoft 365 E5',
  skuId: '06ebc4ee-1bb5-47dd-8120-11324bc54e06',
  catalogItem: 'CFQ7TTC0LFLZ:0002',
};
export const EXCHANGE_PLAN_1: Offer = {
  name: 'Exchange Online (Plan 1)',
  skuId: '4b9405b0-7788-4568-add1-99614e613b69',
  catalogItem: 'CFQ7TTC0LH16:0001',
};

/** Held beside one of the suites above. */
export const ADD_ONS: readonly Offer[] = [
  { name: 'Power BI Pro', skuId: 'f8a1db68-be16-40ed-86d5-cb42ce701560', catalogItem: 'CFQ7TTC0H9MP:0001' },
  { name: 'Visio Plan 2', skuId: 'c5928f49-12ba-48f7-ada3-0d743a3601d5', catalogItem: 'CFQ7TTC0HD32:0002' },
  { name: 'Project Plan 3', skuId: '53818b1b-4a27-454b-8896-0dba576410e6', catalogItem: 'CFQ7TTC0HDB0:0002' },
  { name: 'Microsoft Entra ID P1', skuId: '078d2b04-f1bd-4111-bbd4-b4b1b354cef4', catalogItem: 'CFQ7TTC0LFLS:0002' },
];

/** Offers that nobody sells any more: without a target they stay unmapped, and a person decides. */
export const RETIRED: readonly Omit<Offer, 'catalogItem'>[] = [
  { name: 'Office 365 Midsize Business', skuId: '04a7fb0d-32e0-4241-b4f5-3f7618cd1162' },
  { name: 'Office 365 Enterprise E4', skuId: '1392051d-0cb9-4b7a-88d5-621fee5e8711' },
  { name: 'Office 365 Small Business Premium', skuId: 'fc14ec4a-4169-49a4-a51e-2c852931814b' },
];

/** The usual ways up, for customers who change the offer with the move. */
export const UPGRADES: readonly (readonly [from: Omit<Offer, 'catalogItem'>, to: Offer])[] = [
  [OFFICE_E3, MICROSOFT_E3],
  [OFFICE_E3, MICROSOFT_E5],
  [MICROSOFT_E3, MICROSOFT_E5],
  [BUSINESS_BASIC, BUSINESS_STANDARD],
  [BUSINESS_STANDARD, BUSINESS_PREMIUM],
  [BUSINESS_BASIC, BUSINESS_PREMIUM],
  [EXCHANGE_PLAN_1, BUSINESS_BASIC],
  [RETIRED[1]!, MICROSOFT_E5],
  [RETIRED[2]!, BUSINESS_STANDARD],
];
