import type { Overview } from './api-client/report-shapes.ts';
import { type Migration, STAGES, type Summary } from './api-client/shapes.ts';

export const SUMMARY: Summary = {
  id: '6f1c2d3e-0000-5000-8000-000000000001',
  customerTenantId: '540c7632-a50e-4de3-a39c-309fbff15ac1',
  customerName: 'Hansa Möbel GmbH',
  customerDomain: 'hansa-mobel.example',
  country: 'DE',
  wave: 'pilot',
  stage: 'overlapping',
  onHold: false,
  needsAttention: null,
  risk: 'none',
  seats: 53,
  lines: 1,
  nextDueAt: '2027-05-19T06:00:00.000Z',
  lastSafeMoment: '2027-05-16T00:00:00.000Z',
  firstOriginalEnd: '2027-05-18',
  updatedAt: '2027-05-05T10:30:00.000Z',
  version: 14,
};

export const OTHER: Summary = {
  ...SUMMARY,
  id: '6f1c2d3e-0000-5000-8000-000000000002',
  customerTenantId: '81c3f9e1-e2b9-491c-a2c6-0bccf2c1d701',
  customerName: 'Alpenblick Pflegedienste und Seniorenheime GmbH & Co. KG',
  customerDomain: 'alpenblick-pflegedienste.example',
  stage: 'requested',
  onHold: true,
  needsAttention: { code: 'no-contact-email', detail: 'There is no address to write to.', since: '2027-01-04T00:00:00.000Z' },
  risk: 'gap',
  seats: 1139,
  wave: null,
};

export const MIGRATION: Migration = {
  ...SUMMARY,
  contactEmail: 'admin@hansa-mobel.example',
  hold: null,
  attentions: [],
  lineItems: [
    {
      originalSubscriptionId: '4d73e5ac-60af-4606-975a-724f2fc9fa82',
      program: 'web-direct',
      stage: 'overlapping',
      offerMatch: 'same',
      original: {
        offerName: 'Microsoft 365 E3',
        skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965',
        seats: 53,
        termEnd: '2027-05-18',
        autoRenew: false,
        state: 'active',
      },
      target: {
        catalogItem: 'CFQ7TTC0LFLZ:0002:CFQ7TTC0K18P',
        skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965',
        seats: 53,
        state: 'active',
        cartId: 'cart-1',
        orderId: 'order-1',
        subscriptionId: 'subscription-1',
      },
      licenses: { inScope: 0, reassigned: 0, failed: 0 },
      plan: { earliest: '2027-04-18T00:00:00.000Z', planned: '2027-05-04T00:00:00.000Z', lastSafe: '2027-05-16T00:00:00.000Z' },
      coverage: [
        { from: '2026-11-23T00:00:00.000Z', to: '2027-05-04T00:10:00.000Z', seats: 53, by: 'original' },
        { from: '2027-05-04T00:10:00.000Z', to: '2027-05-19T00:00:00.000Z', seats: 53, by: 'both' },
        { from: '2027-05-19T00:00:00.000Z', to: null, seats: 53, by: 'target' },
      ],
    },
  ],
  invitation: {
    link: 'https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship&partnerId=p',
    sentAt: '2026-11-23T00:00:00.000Z',
    reminders: 1,
    acceptedAt: '2026-12-02T09:00:00.000Z',
    lapsesAt: null,
  },
  todos: [
    {
      id: 'w',
      kind: 'watch-original',
      dueAt: '2027-05-19T06:00:00.000Z',
      attempts: 0,
      lastError: null,
      originalSubscriptionId: '4d73e5ac-60af-4606-975a-724f2fc9fa82',
    },
  ],
};

export const OVERVIEW: Overview = {
  asOf: '2027-05-05T10:30:00.000Z',
  stages: {
    ...(Object.fromEntries(STAGES.map((stage) => [stage, { migrations: 0, seats: 0 }])) as Overview['stages']),
    requested: { migrations: 5, seats: 1200 },
    completed: { migrations: 14, seats: 3456 },
    lapsed: { migrations: 1, seats: 7 },
  },
  risk: { none: 16, watch: 2, act: 1, gap: 1 },
  invitations: {
    open: 5,
    oldestDays: 16,
    ages: [
      { fromDays: 0, toDays: 2, count: 3 },
      { fromDays: 3, toDays: 6, count: 0 },
      { fromDays: 30, toDays: null, count: 2 },
    ],
  },
  conservation: { registered: 20, open: 5, completed: 14, closed: 1, difference: 0 },
  gaps: { foreseen: 1, real: 0 },
  overlapDays: { median: 13.5, p95: 20 },
};
