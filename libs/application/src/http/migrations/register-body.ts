import { ApiSchema } from '@nestjs/swagger';
import type { Day } from '#kernel';
import { type LineRegistration, PROGRAMS, type Program } from '#migration';
import type { CustomerRegistration } from '../../customers/index.ts';
import { CatalogItem, Country, DayField, Domain, Email, Guid, Line, OneOf, WholeNumber, YesOrNo } from '../fields/fields.ts';
import { ListOf, ObjectOf } from '../fields/nested.ts';

const LONGEST_NAME = 256;
const MOST_SEATS = 1_000_000;
const MOST_LINES = 1_000;

@ApiSchema({
  name: 'TargetWish',
  description: 'What is to replace the original. Absent: the same offer where the catalog sells that SKU, else a person decides.',
})
export class TargetWishBody {
  @CatalogItem({ optional: true })
  catalogItem?: string;

  @Guid({ optional: true, description: 'SKU' })
  skuId?: string;

  @WholeNumber(1, MOST_SEATS, { optional: true, code: 'seats-out-of-range', description: 'Absent: as many as the original has.' })
  seats?: number;
}

@ApiSchema({ name: 'LineRegistration', description: 'One original subscription.' })
export class LineBody {
  @Guid({ description: 'Of the original, in the old program.' })
  originalSubscriptionId!: string;

  @OneOf(PROGRAMS, 'unknown-program')
  program!: Program;

  @Line(LONGEST_NAME, { example: 'Microsoft 365 Business Standard' })
  offerName!: string;

  @Guid({ description: 'The Entra license SKU.' })
  skuId!: string;

  @WholeNumber(1, MOST_SEATS, { code: 'seats-out-of-range', example: 25 })
  seats!: number;

  @DayField({ description: 'The last whole UTC day of the term.' })
  termEnd!: Day;

  @YesOrNo()
  autoRenew!: boolean;

  @ObjectOf(TargetWishBody, { optional: true })
  target?: TargetWishBody;
}

@ApiSchema({ name: 'RegisterMigration', description: 'One customer with the originals that it moves.' })
export class RegisterBody {
  @Guid()
  customerTenantId!: string;

  @Line(LONGEST_NAME, { example: 'Contoso Ltd' })
  customerName!: string;

  @Domain()
  customerDomain!: string;

  @Country()
  country!: string;

  @Email({ optional: true, description: 'Without it no mail can go out: the invitation link is there to copy.' })
  contactEmail?: string;

  @Line(LONGEST_NAME, { optional: true, example: 'north-1' })
  wave?: string;

  @ListOf(LineBody, MOST_LINES)
  lines!: readonly LineBody[];
}

export function customerOf(body: RegisterBody): CustomerRegistration {
  return {
    customerTenantId: body.customerTenantId,
    customerName: body.customerName,
    customerDomain: body.customerDomain,
    country: body.country,
    contactEmail: body.contactEmail ?? null,
    wave: body.wave ?? null,
    lines: body.lines.map(lineOfBody),
  };
}

function lineOfBody({ target, ...line }: LineBody): LineRegistration {
  return {
    originalSubscriptionId: line.originalSubscriptionId,
    program: line.program,
    offerName: line.offerName,
    skuId: line.skuId,
    seats: line.seats,
    termEnd: line.termEnd,
    autoRenew: line.autoRenew,
    target: wishOf(target),
  };
}

/** A wish that wishes nothing is none. */
function wishOf(target: TargetWishBody | undefined): LineRegistration['target'] {
  if (!target) return null;
  const { catalogItem = null, skuId = null, seats = null } = target;
  return catalogItem === null && skuId === null && seats === null ? null : { catalogItem, skuId, seats };
}
