import { Body, Controller, Get, Inject, Put } from '@nestjs/common';
import { ApiSchema, ApiTags } from '@nestjs/swagger';
import { DateTime, Duration } from 'luxon';
import { type Instant, parseInstant } from '#kernel';
import type { DrivenClock } from '#event-sourcing';
import { realDelay } from '../../service/real-time.ts';
import type { Service } from '../../service/service.ts';
import { SERVICE } from '../../wiring/tokens.ts';
import { type FieldRule, field } from '../fields/field.ts';
import { InstantField } from '../fields/fields.ts';
import { Describes } from '../openapi/describes.ts';
import { Problem, invalidRequest } from '../problems/problem.ts';
import { engineAway } from './engine-away.ts';

const duration: FieldRule<string> = (value) =>
  typeof value === 'string' && value.length <= 100 && Duration.fromISO(value).isValid
    ? { value }
    : { code: 'not-a-duration', hint: 'is not a duration (ISO 8601) like P3D or PT12H' };

@ApiSchema({ name: 'MoveClock', description: 'One of the two.' })
export class MoveClockBody {
  @InstantField({ optional: true })
  to?: Instant;

  @field(duration, { type: String, format: 'duration', example: 'P3D' }, { optional: true })
  by?: string;
}

interface ClockView {
  readonly mode: 'system' | 'driven';
  readonly now: Instant;
}

@ApiTags('clock')
@Controller('v1/clock')
export class ClockController {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  @Get()
  @Describes({ summary: 'What time it is for the service', answer: 'Clock' })
  clock(): ClockView {
    return { mode: this.service.drivenClock ? 'driven' : 'system', now: this.service.clock.now() };
  }

  @Put()
  @Describes({
    summary: 'Moves a driven clock forward; answers when all work due up to then is done',
    answer: 'Clock',
    problems: [400, 409, 503],
    writes: true,
  })
  async move(@Body() { to, by }: MoveClockBody): Promise<ClockView> {
    const { drivenClock, health } = this.service;
    if (!drivenClock)
      throw new Problem(
        409,
        'clock-is-system',
        'The service runs on the system clock, which nobody moves: start it with CLOCK=driven:<time>.',
      );
    const over = new AbortController();
    const moved = this.#moved(drivenClock, targetOf(drivenClock.now(), to, by)).finally(() => over.abort());
    const away = await Promise.race([moved, engineAway(health, realDelay, over.signal)]);
    if (!away) return this.clock();
    // It may well reject when the engine is back: then whoever moves the clock next is told.
    moved.catch(() => undefined);
    throw new Problem(503, 'clock-waits', `The clock moves on when ${away.name} is back: ${away.detail ?? 'it is down'}`, {
      headers: { 'retry-after': '1' },
    });
  }

  async #moved(drivenClock: DrivenClock, target: Instant): Promise<undefined> {
    const { store, queries } = this.service;
    await drivenClock.advanceTo(target);
    await queries.positions.waitFor(await store.head(), Infinity);
  }
}

function targetOf(now: Instant, to: Instant | undefined, by: string | undefined): Instant {
  if ((to === undefined) === (by === undefined))
    throw invalidRequest([{ pointer: '/to', code: 'one-of-two', hint: 'give either `to` or `by`' }]);
  if (by === undefined) return to!;
  const target = parseInstant(DateTime.fromISO(now, { zone: 'utc' }).plus(Duration.fromISO(by)).toISO() ?? '');
  if (target === undefined) throw invalidRequest([{ pointer: '/by', code: 'too-far', hint: 'leads beyond the year 9999' }]);
  return target;
}
