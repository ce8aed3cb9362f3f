import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { ApiSchema } from '@nestjs/swagger';
import * as classTransformer from 'class-transformer';
import * as classValidator from 'class-validator';
import { type FieldFault, Problem, invalidRequest } from '../problems/problem.ts';
import { boundedBody } from './bounded-body.ts';
import { faultInMessage } from './field.ts';
import { isPlainObject } from './nested.ts';

/** A request that takes no fields. */
@ApiSchema({ name: 'NoFields' })
export class NoFields {}

/** More faults than anybody mends at a time. */
const MOST_FAULTS = 100;

/** Checks bodies and query parameters: what is unknown is refused, nothing is converted, every bad field is named. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      validatorPackage: classValidator,
      transformerPackage: classTransformer,
      exceptionFactory: (errors) => invalidRequest(faultsOf(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body' && metadata.type !== 'query') return value;
    const given = value ?? {};
    if (!isPlainObject(given)) throw new Problem(400, 'body-not-an-object', 'The body has to be one JSON object, in braces.');
    if (metadata.metatype === NoFields) return nothingIn(given);
    boundedBody(given);
    return (await super.transform(given, metadata)) as unknown;
  }
}

export function nothingIn(given: Record<string, unknown>): object {
  const unknown = Object.keys(given);
  if (unknown.length > 0) throw invalidRequest(unknown.slice(0, MOST_FAULTS).map((name) => unknownField('', name)));
  return {};
}

function faultsOf(errors: readonly ValidationError[], above = ''): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const { property, constraints = {}, children = [] } of errors) {
    if (faults.length >= MOST_FAULTS) break;
    const pointer = pointerTo(above, property);
    const message = constraints.field;
    const fault = message === undefined ? undefined : faultInMessage(message);
    if (fault) faults.push({ pointer, ...fault });
    else if (Object.keys(constraints).length > 0) faults.push(unknownField(above, property));
    faults.push(...faultsOf(children, pointer));
  }
  return faults.slice(0, MOST_FAULTS);
}

function unknownField(above: string, name: string): FieldFault {
  return {
    pointer: pointerTo(above, name),
    code: 'unknown-field',
    hint: 'is not a field of this request: leave it out, or check how it is written',
  };
}

/** RFC 6901. */
function pointerTo(above: string, name: string): string {
  return `${above}/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
