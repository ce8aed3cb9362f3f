export { createBusIntake, type BusIntakeOptions } from './bus-intake.ts';
export { createIntake, type Intake, type IntakeOptions, type IntakeOutcome } from './create-intake.ts';
export { createIntakeRows, type IntakeRows, type IntakeRowsParts } from './intake-rows.ts';
export { PARTNER_CENTER_SOURCE } from './partner-center-webhook.ts';
export { TraceContexts } from './trace-contexts.ts';
