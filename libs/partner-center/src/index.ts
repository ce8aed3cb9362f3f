export * from './gateway.ts';
export { createPartnerCenterClient, type PartnerCenterClient, type PartnerCenterClientOptions } from './client/create-client.ts';
export { SMALL_BUSINESS_POOLS, type CatalogSettings, type ListPrice } from './client/catalog-settings.ts';
export type { WebhookRegistration, WebhookRegistrations } from './client/webhook-registrations.ts';
export {
  createRateGovernor,
  type CallCounter,
  type LimitCounter,
  type RateGovernor,
  type RateGovernorOptions,
} from './rates/rate-governor.ts';
export { LIMITS_PER_RESOURCE, PUBLISHED_LIMITS, type CallClass, type RateLimit, limitsOf } from './rates/published-limits.ts';
export {
  invitationMail,
  originalMayEndMail,
  reminderMail,
  type InvitationMail,
  type OriginalMayEndMail,
  type ReminderMail,
} from './mail/mail-texts.ts';
export { createSmtpMailer, messageIdOf, type SmtpMailerOptions } from './mail/smtp-mailer.ts';
export { ensureWebhookRegistration, type EnsuredRegistration } from './webhook/ensure-registration.ts';
export { parseWebhook, type WebhookFault, type WebhookNotice } from './webhook/parse-webhook.ts';
export type { WebhookRefusal, WebhookVerdict } from './webhook/verdict.ts';
export {
  createWebhookVerifier,
  MICROSOFT_CERTIFICATE_ORIGINS,
  type WebhookHeaders,
  type WebhookVerifier,
  type WebhookVerifierOptions,
} from './webhook/verify-webhook.ts';
