import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { YesOrNo } from '../fields/fields.ts';
import { ObjectOf } from '../fields/nested.ts';
import { FilterFields } from '../migrations/list-query.ts';

@ApiSchema({ name: 'BulkCommand' })
export class BulkBody {
  @ObjectOf(FilterFields, { description: 'Which migrations: at least one field.' })
  filter!: FilterFields;

  /** Checked against the command's own shape. */
  @ApiProperty({ type: Object, required: false, description: 'The body of the command, as for one migration.' })
  @Allow()
  body?: unknown;

  @YesOrNo({ optional: true, description: 'Only counts: nothing is changed.' })
  preview?: boolean;
}
