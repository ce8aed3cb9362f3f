import { isUtf8 } from 'node:buffer';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type IncomingEvent, type Message, TOPICS, readFact, readHttpEvents } from '#messaging';
import type { Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../../wiring/tokens.ts';
import { Describes } from '../openapi/describes.ts';
import { Problem } from '../problems/problem.ts';

const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';
const STATUS = { 'no-cloud-event': 415, 'not-json': 400, 'empty-batch': 400 } as const;

/** CloudEvents over HTTP: the same intake as the bus (contract §4). */
@ApiTags('messages')
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(HTTP_PORTS) private readonly ports: HttpPorts,
  ) {}

  @Post()
  @HttpCode(202)
  @RouteConfig({ body: 'raw' })
  @ApiConsumes('application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json')
  @ApiBody({
    schema: { type: 'object', description: 'A CloudEvent 1.0, a batch of them, or the data of one in binary mode: see /asyncapi.json.' },
  })
  @Describes({
    summary: 'Takes events in; what cannot be used is parked',
    answer: 'EventsReceived',
    status: 202,
    problems: [415],
    writes: true,
  })
  async receive(@Req() request: FastifyRequest): Promise<{ published: number; parked: number }> {
    const reading = readHttpEvents(request.headers, textOf(request.body));
    if (!reading.ok) throw new Problem(STATUS[reading.code], reading.code, `The request holds no CloudEvent: ${reading.detail}.`);
    const messages = Map.groupBy(reading.events.map(routed), ({ topic }) => topic);
    for (const [topic, routes] of messages) {
      if (topic !== null)
        await this.service.bus.publish(
          topic,
          routes.flatMap(({ message }) => (message ? [message] : [])),
        );
    }
    const foreign = messages.get(null) ?? [];
    for (const { incoming } of foreign) await this.ports.intake.receive(incoming);
    return { published: reading.events.length - foreign.length, parked: foreign.length };
  }
}

interface Route {
  readonly incoming: IncomingEvent;
  /** Null: it belongs to none. */
  readonly topic: string | null;
  readonly message?: Message;
}

function routed(incoming: IncomingEvent): Route {
  if (!incoming.ok) return { incoming, topic: null };
  const reading = readFact(incoming.event);
  if (!reading.ok) return { incoming, topic: null };
  const { fact } = reading;
  return {
    incoming,
    topic: fact.about === 'relationship' ? TOPICS.customerRelationships : TOPICS.originalSubscriptions,
    message: { key: fact.customerTenantId, headers: { 'content-type': CONTENT_TYPE }, value: JSON.stringify(incoming.event) },
  };
}

function textOf(body: unknown): string {
  if (!Buffer.isBuffer(body)) return '';
  if (!isUtf8(body)) throw new Problem(400, 'encoding-broken', 'The body is not UTF-8: send it in that encoding.');
  return body.toString('utf8');
}
