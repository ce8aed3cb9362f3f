export { createRegistration, type Registration, type RegistrationOptions } from './create-registration.ts';
export { latestMigrationOf, migrationsOf, type CustomerMigration } from './customer-migrations.ts';
export type { CustomerRegistration, RegistrationOrigin, RegistrationResult } from './registration.ts';
