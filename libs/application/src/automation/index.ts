export type { AutomationLog, AutomationParts, LicenseCommands, MigrationCommands } from './automation-parts.ts';
export { createAutomation, type Automation } from './create-automation.ts';
export { readEndingFacts, type EndingFactsRead } from './ending-facts.ts';
