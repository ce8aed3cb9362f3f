import { ApiSchema } from '@nestjs/swagger';
import type { Instant } from '#kernel';
import { CatalogItem, Guid, InstantField, Line, OneOf, WholeNumber, YesOrNo } from '../fields/fields.ts';

const LONGEST_REASON = 1_000;

@ApiSchema({ name: 'RecordAcceptance' })
export class RecordAcceptanceBody {
  @InstantField({ optional: true, description: 'When the customer accepted. Absent: now.' })
  acceptedAt?: Instant;
}

@ApiSchema({ name: 'ChooseTarget' })
export class ChooseTargetBody {
  @Guid()
  originalSubscriptionId!: string;

  @CatalogItem()
  catalogItem!: string;

  @Guid({ optional: true, description: 'The SKU that the item has to have. Absent: whichever it has.' })
  skuId?: string;

  @WholeNumber(1, 1_000_000, { optional: true, code: 'seats-out-of-range', description: 'Absent: as registered.' })
  seats?: number;
}

@ApiSchema({ name: 'ProvisionSubscription' })
export class ProvisionBody {
  @Guid({ optional: true, description: 'Absent: all lines.' })
  originalSubscriptionId?: string;

  @InstantField({ optional: true, description: 'Absent: now.' })
  notBefore?: Instant;
}

@ApiSchema({ name: 'ChooseOriginalEnd' })
export class ChooseOriginalEndBody {
  @Guid()
  originalSubscriptionId!: string;

  @OneOf(['expiry', 'cancellation'], 'unknown-end')
  by!: 'expiry' | 'cancellation';

  @YesOrNo({ optional: true, description: 'A cancellation is not refunded: it needs `true`.' })
  acknowledgeNoRefund?: boolean;
}

@ApiSchema({ name: 'Hold' })
export class HoldBody {
  @Line(LONGEST_REASON, { example: 'Budget is frozen until January' })
  reason!: string;

  @InstantField({ optional: true, description: 'When it is resumed by itself. Absent: by a person.' })
  until?: Instant;
}

@ApiSchema({ name: 'Withdraw' })
export class WithdrawBody {
  @Line(LONGEST_REASON, { example: 'The customer left' })
  reason!: string;
}
