import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { parseGuid } from '#kernel';
import { CATALOG } from '../catalog/catalog-items.ts';
import { MARKETS } from '../catalog/markets.ts';
import { monthlySeatPrice, TERMS } from '../catalog/terms.ts';
import type { World } from '../world.ts';
import { sendProblem } from './problem.ts';

const MOST_ITEMS = 5_000;
const customer = z.string().transform((text, context) => {
  const tenant = parseGuid(text);
  if (tenant === undefined) context.addIssue({ code: 'custom', message: 'must be a GUID' });
  return tenant ?? z.NEVER;
});
const limit = z.coerce.number().int().min(1).max(MOST_ITEMS);
const ledgerQuery = z.strictObject({
  customer: customer.optional(),
  limit: limit.default(50),
  cursor: z.coerce.number().int().min(0).default(0),
});
const mailsQuery = z.strictObject({ customer: customer.optional(), limit: limit.default(500) });
const callsQuery = z.strictObject({ customer: customer.optional() });

/** What was done, sold and said: the accounts that tests read. */
export function addAccountRoutes(app: FastifyInstance, world: World): void {
  app.get('/control/ledger', (request, reply) => {
    const query = ledgerQuery.safeParse(request.query);
    if (!query.success) return badQuery(reply, query.error);
    const items = world.ledger.page(query.data.cursor, query.data.limit, query.data.customer ?? null);
    return reply.send({ items, nextCursor: items.length < query.data.limit ? null : String(items.at(-1)!.seq) });
  });

  app.get('/control/mails', (request, reply) => {
    const query = mailsQuery.safeParse(request.query);
    if (!query.success) return badQuery(reply, query.error);
    return reply.send({ items: world.mails.newest(query.data.customer ?? null, query.data.limit) });
  });

  app.get('/control/calls', (request, reply) => {
    const query = callsQuery.safeParse(request.query);
    if (!query.success) return badQuery(reply, query.error);
    return reply.send({ calls: world.calls.list(query.data.customer ?? null), brokenLimits: world.calls.brokenLimits });
  });

  app.get('/control/catalog', () => ({ items: catalog(world), countries: Object.keys(MARKETS) }));

  app.get('/control/webhook-ca.pem', (_request, reply) => reply.type('application/x-pem-file').send(world.webhookSigner.authorityPem));
}

/** What is sold now; prices in US dollars a seat and month. */
function catalog(world: World): object[] {
  const at = world.clock.now();
  return CATALOG.map((entry) => ({
    catalogItem: world.catalog.catalogItem(entry, at),
    skuId: entry.licenseSku,
    skuPartNumber: entry.skuPartNumber,
    name: entry.title,
    minimumSeats: entry.minimumSeats,
    maximumSeats: entry.maximumSeats,
    seatPool: entry.seatPool,
    terms: TERMS.map((term) => ({
      termDuration: term.duration,
      billingCycle: term.billingCycle,
      monthlyPricePerSeat: monthlySeatPrice(entry.monthlyPrice, 1, term),
      currency: 'USD',
    })),
  }));
}

function badQuery(reply: FastifyReply, error: z.ZodError): FastifyReply {
  return sendProblem(reply, { status: 400, code: 'bad-query', detail: z.prettifyError(error) });
}
