import { type FieldOptions, field } from './field.ts';
import * as rules from './rules.ts';

/** The fields that requests are made of. Each checks, reads and describes at once. */
export const Guid = (options: FieldOptions = {}): PropertyDecorator =>
  field(rules.guid, { type: String, format: 'uuid', example: '3b555118-da6a-4418-894f-7df1e2096870' }, options);

export const Line = (longest: number, options: FieldOptions = {}): PropertyDecorator =>
  field(rules.line(longest), { type: String, minLength: 1, maxLength: longest }, options);

export const Domain = (options: FieldOptions = {}): PropertyDecorator =>
  field(rules.domain, { type: String, format: 'hostname', example: 'contoso.com' }, options);

export const Country = (options: FieldOptions = {}): PropertyDecorator =>
  field(rules.country, { type: String, pattern: '^[A-Za-z]{2}$', example: 'DE' }, { description: 'ISO 3166-1, two letters', ...options });

export const Email = (options: FieldOptions = {}): PropertyDecorator => field(rules.email, { type: String, format: 'email' }, options);

export const CatalogItem = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    rules.catalogItem,
    { type: String, example: 'CFQ7TTC0LH18:0001' },
    { description: 'product:sku or product:sku:availability', ...options },
  );

export const DayField = (options: FieldOptions = {}): PropertyDecorator =>
  field(rules.day, { type: String, format: 'date', example: '2026-12-31' }, options);

export const InstantField = (options: FieldOptions = {}): PropertyDecorator =>
  field(rules.instant, { type: String, format: 'date-time', example: '2026-12-31T08:00:00Z' }, options);

export const OneOf = (values: readonly string[], code: string, options: FieldOptions = {}): PropertyDecorator =>
  field(rules.oneOf(values, code), { type: String, enum: [...values] }, options);

export const SomeOf = (values: readonly string[], code: string, options: FieldOptions = {}): PropertyDecorator =>
  field(rules.someOf(values, code), { type: String, enum: [...values], isArray: true }, options);

export const WholeNumber = (least: number, most: number, options: FieldOptions & { readonly code?: string } = {}): PropertyDecorator =>
  field(rules.wholeNumber(least, most, options.code ?? 'out-of-range'), { type: 'integer', minimum: least, maximum: most }, options);

export const WholeNumberText = (least: number, most: number, options: FieldOptions = {}): PropertyDecorator =>
  field(rules.wholeNumberText(least, most, 'out-of-range'), { type: 'integer', minimum: least, maximum: most }, options);

export const YesOrNo = (options: FieldOptions = {}): PropertyDecorator => field(rules.yesOrNo, { type: Boolean }, options);
export const YesOrNoText = (options: FieldOptions = {}): PropertyDecorator => field(rules.yesOrNoText, { type: Boolean }, options);
