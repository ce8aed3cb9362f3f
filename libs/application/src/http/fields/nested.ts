import { type Type, applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams, plainToInstance } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { type FieldOptions, type FieldRule, field } from './field.ts';

/**
 * A list of objects of one shape. Their number is judged before any of them is looked at, so that a body of a hundred
 * thousand empty objects costs no more than one fault (the pipe stops at the first fault of a field).
 */
export function ListOf(shape: Type<object>, most: number, options: FieldOptions = {}): PropertyDecorator {
  const rule: FieldRule<readonly object[]> = (value) => {
    if (!Array.isArray(value)) return { code: 'not-a-list', hint: 'is not a list in brackets' };
    const items: readonly unknown[] = value;
    if (items.length === 0) return { code: 'empty', hint: 'is empty: give at least one' };
    if (items.length > most) return { code: 'too-many', hint: `has ${items.length} elements: give at most ${most}` };
    const odd = items.findIndex((item) => !isPlainObject(item));
    return odd < 0 ? { value: items as readonly object[] } : { code: 'not-an-object', hint: `element ${odd} is not an object in braces` };
  };
  return applyDecorators(
    Transform(({ value }: TransformFnParams): unknown => {
      const reading = rule(value);
      return 'value' in reading ? reading.value.map((item) => plainToInstance(shape, item)) : (value as unknown);
    }),
    field(rule, { type: shape, isArray: true, minItems: 1, maxItems: most }, options),
    ValidateNested(),
  );
}

export function ObjectOf(shape: Type<object>, options: FieldOptions = {}): PropertyDecorator {
  const rule: FieldRule<object> = (value) =>
    isPlainObject(value) ? { value } : { code: 'not-an-object', hint: 'is not an object in braces' };
  return applyDecorators(
    Transform(({ value }: TransformFnParams): unknown => (isPlainObject(value) ? plainToInstance(shape, value) : (value as unknown))),
    field(rule, { type: shape }, options),
    ValidateNested(),
  );
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
