import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';

/** What a value says, or why it says nothing usable: a stable code and a hint for whoever sent it. */
export type Reading<T> = { readonly value: T } | { readonly code: string; readonly hint: string };
/** Reads one value of a request. What it has read, it reads again as the same. */
export type FieldRule<T> = (value: unknown) => Reading<T>;

export interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** May be absent or null, which mean the same. */
  readonly optional?: boolean;
}

/** Between the code and the hint in what class-validator calls a message: both travel in it. */
const SEPARATOR = '\n';

/**
 * One field of a request: reads it, checks it, and describes it in the OpenAPI document. One rule does all of it, so
 * that a field has exactly one fault at a time, and what is described is what is checked.
 */
export function field<T>(
  rule: FieldRule<T>,
  schema: ApiPropertyOptions,
  { optional = false, description, example }: FieldOptions,
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      ...schema,
      required: !optional,
      ...(optional && { nullable: true }),
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
    } as ApiPropertyOptions),
    Transform(({ value }: TransformFnParams): unknown => {
      if (value === null || value === undefined) return undefined;
      const reading = rule(value);
      return 'value' in reading ? reading.value : (value as unknown);
    }),
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    ValidateBy({
      name: 'field',
      validator: {
        validate: (value: unknown) => 'value' in judged(rule, value),
        defaultMessage: (args) => {
          const reading = judged(rule, args?.value);
          return 'value' in reading ? '' : `${reading.code}${SEPARATOR}${reading.hint}`;
        },
      },
    }),
  );
}

function judged<T>(rule: FieldRule<T>, value: unknown): Reading<T> {
  return value === undefined ? { code: 'required', hint: 'is missing' } : rule(value);
}

/** The code and the hint in a message of `field`. */
export function faultInMessage(message: string): { readonly code: string; readonly hint: string } | undefined {
  const at = message.indexOf(SEPARATOR);
  return at < 0 ? undefined : { code: message.slice(0, at), hint: message.slice(at + 1) };
}
