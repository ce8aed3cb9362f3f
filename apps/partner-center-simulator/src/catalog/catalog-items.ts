/** One thing that is sold: a product's SKU with the license SKU GUID that it provisions. */
export interface CatalogEntry {
  readonly productId: string;
  /** Unique within its product only. */
  readonly skuId: string;
  readonly licenseSku: string;
  readonly skuPartNumber: string;
  readonly title: string;
  readonly minimumSeats: number;
  readonly maximumSeats: number;
  /** Seats a tenant may hold over all partners and channels (facts §4.9); `null` = no such pool. */
  readonly seatPool: number | null;
  /** US dollars a seat and month on a one-year term. */
  readonly monthlyPrice: number;
}

const SMALL_BUSINESS_POOL = 300;
const MOST_SEATS = 1_000_000;

type Row = readonly [productId: string, skuId: string, licenseSku: string, partNumber: string, title: string, monthlyPrice: number];

const SMALL_BUSINESS: readonly Row[] = [
  ['CFQ7TTC0LH18', '0001', '3b555118-da6a-4418-894f-7df1e2096870', 'O365_BUSINESS_ESSENTIALS', 'Microsoft 365 Business Basic', 6],
  ['CFQ7TTC0LDPB', '0001', 'f245ecc8-75af-4f8e-b61f-27d8114de5f3', 'O365_BUSINESS_PREMIUM', 'Microsoft 365 Business Standard', 12.5],
  ['CFQ7TTC0LCHC', '0002', 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46', 'SPB', 'Microsoft 365 Business Premium', 22],
  ['CFQ7TTC0LH1G', '0001', 'cdd28e44-67e3-425e-be4c-737fab2899d3', 'O365_BUSINESS', 'Microsoft 365 Apps for business', 8.25],
];

const WITHOUT_POOL: readonly Row[] = [
  ['CFQ7TTC0LFLX', '0001', '05e9a617-0261-4cee-bb44-138d3ef5d965', 'SPE_E3', 'Microsoft 365 E3', 36],
  ['CFQ7TTC0LFLZ', '0002', '06ebc4ee-1bb5-47dd-8120-11324bc54e06', 'SPE_E5', 'Microsoft 365 E5', 57],
  ['CFQ7TTC0LH05', '0001', '66b55226-6b4f-492c-910c-a3b7a3c9d993', 'SPE_F1', 'Microsoft 365 F3', 8],
  ['CFQ7TTC0MBMD', '0002', '50f60901-3181-4b75-8a2c-4c8e4c1d5a72', 'M365_F1_COMM', 'Microsoft 365 F1', 2.25],
  ['CFQ7TTC0LGZT', '0001', 'c2273bd0-dff7-4215-9ef5-2c7bcfb06425', 'OFFICESUBSCRIPTION', 'Microsoft 365 Apps for enterprise', 12],
  ['CFQ7TTC0LF8Q', '0001', '18181a46-0d4e-45cd-891e-60aabd171b4e', 'STANDARDPACK', 'Office 365 E1', 10],
  ['CFQ7TTC0LF8R', '0001', '6fd2c87f-b296-42f0-b197-1e91e994b900', 'ENTERPRISEPACK', 'Office 365 E3', 23],
  ['CFQ7TTC0LF8S', '0002', 'c7df2760-2c81-4ef7-b578-5b5392b571df', 'ENTERPRISEPREMIUM', 'Office 365 E5', 38],
  ['CFQ7TTC0LGZW', '0001', '4b585984-651b-448a-9e53-3b10f069cf7f', 'DESKLESSPACK', 'Office 365 F3', 4],
  ['CFQ7TTC0LH16', '0001', '4b9405b0-7788-4568-add1-99614e613b69', 'EXCHANGESTANDARD', 'Exchange Online (Plan 1)', 4],
  ['CFQ7TTC0LH1P', '0001', '19ec0d23-8335-4cbd-94ac-6050e30712fa', 'EXCHANGEENTERPRISE', 'Exchange Online (Plan 2)', 8],
  ['CFQ7TTC0LH0N', '0001', '1fc08a02-8b3d-43b9-831e-f76859e04e1a', 'SHAREPOINTSTANDARD', 'SharePoint (Plan 1)', 5],
  ['CFQ7TTC0LHSV', '0001', 'e6778190-713e-4e4f-9119-8b8238de25df', 'WACONEDRIVESTANDARD', 'OneDrive for Business (Plan 1)', 5],
  ['CFQ7TTC0JN4R', '0002', '3ab6abff-666f-4424-bfb7-f0bc274ec7bc', 'TEAMS_ESSENTIALS_AAD', 'Microsoft Teams Essentials', 4],
  ['CFQ7TTC0HD32', '0002', 'c5928f49-12ba-48f7-ada3-0d743a3601d5', 'VISIOCLIENT', 'Visio Plan 2', 15],
  ['CFQ7TTC0HDB0', '0002', '53818b1b-4a27-454b-8896-0dba576410e6', 'PROJECTPROFESSIONAL', 'Project Plan 3', 30],
  ['CFQ7TTC0H9MP', '0001', 'f8a1db68-be16-40ed-86d5-cb42ce701560', 'POWER_BI_PRO', 'Power BI Pro', 14],
  ['CFQ7TTC0LH04', '0001', '4ef96642-f096-40de-a3e9-d83fb2f90211', 'ATP_ENTERPRISE', 'Microsoft Defender for Office 365 (Plan 1)', 2],
  ['CFQ7TTC0LHXH', '0001', '3dd6cf57-d688-4eed-ba52-9e40b5468c3e', 'THREAT_INTELLIGENCE', 'Microsoft Defender for Office 365 (Plan 2)', 5],
  ['CFQ7TTC0LCH4', '0001', '061f9ace-7d42-4136-88ac-31dc755f143f', 'INTUNE_A', 'Microsoft Intune Plan 1', 8],
  ['CFQ7TTC0LFLS', '0002', '078d2b04-f1bd-4111-bbd4-b4b1b354cef4', 'AAD_PREMIUM', 'Microsoft Entra ID P1', 6],
  ['CFQ7TTC0LFK5', '0001', '84a661c4-e949-4bd2-a560-ed7766fcaf2b', 'AAD_PREMIUM_P2', 'Microsoft Entra ID P2', 9],
  ['CFQ7TTC0LHT4', '0001', 'efccb6f7-5641-4e0e-bd10-b4976e1bf68e', 'EMS', 'Enterprise Mobility + Security E3', 10.6],
  ['CFQ7TTC0LFJ1', '0001', 'b05e124f-c7cc-45a0-a6aa-8cf78c946968', 'EMSPREMIUM', 'Enterprise Mobility + Security E5', 16.4],
];

function entries(rows: readonly Row[], seatPool: number | null): CatalogEntry[] {
  return rows.map(([productId, skuId, licenseSku, skuPartNumber, title, monthlyPrice]) => ({
    productId,
    skuId,
    licenseSku,
    skuPartNumber,
    title,
    minimumSeats: 1,
    maximumSeats: seatPool ?? MOST_SEATS,
    seatPool,
    monthlyPrice,
  }));
}

export const CATALOG: readonly CatalogEntry[] = [...entries(SMALL_BUSINESS, SMALL_BUSINESS_POOL), ...entries(WITHOUT_POOL, null)];

const BY_LICENSE_SKU = new Map(CATALOG.map((entry) => [entry.licenseSku, entry]));

/** `O365_BUSINESS_ESSENTIALS` for its GUID; a made-up part number for an offer that is no longer sold. */
export function skuPartNumberOf(licenseSku: string): string {
  return BY_LICENSE_SKU.get(licenseSku)?.skuPartNumber ?? `SKU_${licenseSku.slice(0, 8).toUpperCase()}`;
}

export function titleOf(licenseSku: string): string {
  return BY_LICENSE_SKU.get(licenseSku)?.title ?? `Offer ${licenseSku.slice(0, 8)}`;
}

export function seatPoolOf(licenseSku: string): number | null {
  return BY_LICENSE_SKU.get(licenseSku)?.seatPool ?? null;
}
