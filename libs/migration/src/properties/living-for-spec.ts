import { type Decision, type Instant, plusDays, plusMs } from '#kernel';
import {
  type Migration,
  type MigrationCommand,
  type MigrationEvent,
  type MigrationRefusalCode,
  type MigrationState,
  type MigrationToDo,
  NO_MIGRATION,
  type Target,
  type ToDoKind,
  migrationDecider,
  toDosOf,
} from '../index.ts';
import { registration, target } from '../migrations-for-spec.ts';
import { Automation } from './automation-for-spec.ts';
import { type CustomerDoes, type Fault, type Move, POLICY, type Script, type ScriptedLine } from './histories-for-spec.ts';
import { Outside } from './outside-for-spec.ts';

export interface Step {
  readonly before: MigrationState;
  readonly command: MigrationCommand;
  readonly decision: Decision<MigrationEvent, MigrationRefusalCode>;
  /** Empty where the command was refused. */
  readonly events: readonly MigrationEvent[];
  readonly after: Migration;
  readonly outside: Outside;
}

/** A migration that lives through a script, with the work that it says is due. */
export class Living {
  state: MigrationState = NO_MIGRATION;
  readonly outside: Outside;
  readonly automation: Automation;
  readonly #scripted = new Map<string, ScriptedLine>();
  readonly #issued: MigrationCommand[] = [];
  /** Outcomes of work whose recording hangs. */
  readonly #replies: MigrationCommand[] = [];
  /** When work that had nothing to record looks again. */
  readonly #again = new Map<string, Instant>();

  constructor(
    readonly script: Script,
    readonly observe: (step: Step) => void = () => undefined,
  ) {
    this.outside = new Outside(script.start);
    this.automation = new Automation(this.outside, this.#scripted);
    for (const scripted of script.lines) this.#know(scripted);
    this.issue(
      registration({ at: script.start, contactEmail: script.contactEmail, policy: POLICY, lines: script.lines.map(({ line }) => line) }),
    );
  }

  get migration(): Migration {
    return this.state!;
  }

  #know(scripted: ScriptedLine): void {
    this.#scripted.set(scripted.line.originalSubscriptionId, scripted);
    this.outside.add(scripted.line, scripted.atEnd, scripted.users);
  }

  live(): this {
    this.#begin();
    for (const move of this.script.moves) this.#make(move);
    return this;
  }

  #begin(): void {
    const { begins } = this.script;
    if (begins === 'registered') return;
    this.#allDue();
    if (begins === 'invited') return;
    this.outside.customer('accept');
    this.issue(this.outside.messages.at(-1)!);
    this.#allDue();
    if (begins === 'accepted') return;
    this.#next('start-purchase');
    this.#allDue();
    if (begins === 'ended') this.calm(70);
  }

  /** Moves time on to where some work, or one kind of it, becomes due. */
  #next(kind?: ToDoKind): void {
    const due = toDosOf(this.migration).filter((toDo) => kind === undefined || toDo.kind === kind);
    const next = due.map((toDo) => this.#again.get(keyOf(toDo)) ?? toDo.dueAt).sort()[0];
    if (next && next > this.outside.now) this.outside.moveTo(next);
  }

  #allDue(): void {
    for (let tries = 0; ; tries += 1) {
      const [toDo] = this.due();
      if (!toDo) return;
      if (tries > 200) throw new Error(`the work of one moment has no end: ${toDo.id}`);
      this.work(toDo);
    }
  }

  issue(command: MigrationCommand): readonly MigrationEvent[] {
    const before = this.state;
    const decision = migrationDecider.decide(command, before);
    const events = decision.kind === 'events' ? decision.events : [];
    this.state = events.reduce(migrationDecider.evolve, before);
    this.#issued.push(command);
    this.observe({ before, command, decision, events, after: this.migration, outside: this.outside });
    return events;
  }

  due(): readonly MigrationToDo[] {
    const now = this.outside.now;
    return toDosOf(this.migration).filter((toDo) => toDo.dueAt <= now && (this.#again.get(keyOf(toDo)) ?? now) <= now);
  }

  work(toDo: MigrationToDo, fault: Fault = 'none', delay = false): void {
    const about = { at: this.outside.now, kind: toDo.kind, originalSubscriptionId: toDo.originalSubscriptionId };
    if (fault === 'gives-up') return void this.issue({ type: 'RaiseAttention', ...about, code: 'server-error', detail: '' });
    if (
      this.migration.attentions.some(
        (raised) => raised.kind === about.kind && raised.originalSubscriptionId === about.originalSubscriptionId,
      )
    ) {
      this.issue({ type: 'ClearAttention', ...about });
    }
    const command = this.automation.carryOut(toDo, this.migration, fault);
    this.#again.set(keyOf(toDo), plusMs(this.outside.now, toDo.kind === 'follow-order' ? 3_600_000 : 86_400_000));
    if (!command || fault === 'crash') return;
    if (delay) this.#replies.push(command);
    else if (this.issue(command).length > 0) this.#again.delete(keyOf(toDo));
  }

  /** Nothing goes wrong any more: everything due is done, for so many days. */
  calm(days: number): this {
    const until = plusDays(this.outside.now, days);
    for (let moments = 0; ; moments += 1) {
      this.#allDue();
      const before = this.outside.now;
      this.#next();
      if (this.outside.now === before || this.outside.now > until) return this;
      if (moments > days * 48) throw new Error('work becomes due faster than time goes on');
    }
  }

  #make(move: Move): void {
    switch (move.kind) {
      case 'time':
        return this.outside.moveTo(plusMs(this.outside.now, move.hours * 3_600_000));
      case 'next':
        return this.#next();
      case 'work': {
        const due = this.due();
        if (due.length > 0) this.work(due[move.pick % due.length]!, move.fault, move.delay);
        return;
      }
      case 'reply': {
        const [reply] = this.#replies.splice(move.pick % Math.max(1, this.#replies.length), 1);
        if (reply) this.issue(reply);
        return;
      }
      case 'message': {
        const { messages } = this.outside;
        // The newest as often as any other.
        const message = move.pick % 2 === 0 ? messages.at(-1) : messages[move.pick % Math.max(1, messages.length)];
        if (message) this.issue({ ...message, at: this.outside.now });
        return;
      }
      case 'repeat': {
        const old = this.#issued[move.pick % this.#issued.length]!;
        // A watch says what it saw: it cannot see the same anew without looking.
        if (old.type !== 'RecordEndingCheck' && old.type !== 'ChooseOriginalEnd' && old.type !== 'AddLines')
          this.issue(move.late ? { ...old, at: this.outside.now } : old);
        return;
      }
      case 'customer':
        return this.#customer(move.does, this.#pickLine(move.pick), move.days);
      case 'person':
        return this.#person(move);
      case 'unfit':
        return this.#unfit(move.pick);
      default:
        return move satisfies never;
    }
  }

  #customer(does: CustomerDoes, originalSubscriptionId: string, days: number): void {
    if (does === 'cancel') this.outside.cancel(originalSubscriptionId);
    else if (does === 'other-end') this.outside.endOnAnotherDay(originalSubscriptionId, days);
    else if (does === 'come-back') this.outside.comeBack(originalSubscriptionId);
    else if (does === 'hire') this.outside.hire(originalSubscriptionId);
    else this.outside.customer(does);
  }

  #pickLine(pick: number): string {
    return this.migration.lines[pick % this.migration.lines.length]!.originalSubscriptionId;
  }

  #person({ does, pick, days }: Extract<Move, { kind: 'person' }>): void {
    const at = this.outside.now;
    const originalSubscriptionId = this.#pickLine(pick);
    const line = this.migration.lines.find((known) => known.originalSubscriptionId === originalSubscriptionId)!;
    switch (does) {
      case 'hold':
      case 'hold-until':
        return void this.issue({ type: 'Hold', at, reason: 'wait', until: does === 'hold' ? null : plusDays(at, days) });
      case 'resume':
        return void this.issue({ type: 'Resume', at });
      case 'retry':
        return void this.issue({ type: 'Retry', at });
      case 'withdraw':
        return void this.issue({ type: 'Withdraw', at, reason: 'stays' });
      case 'provision':
        return void this.issue({
          type: 'ProvisionSubscription',
          at,
          originalSubscriptionId: null,
          notBefore: days > 20 ? null : plusDays(at, days),
        });
      case 'provision-one':
        return void this.issue({
          type: 'ProvisionSubscription',
          at,
          originalSubscriptionId,
          notBefore: days > 20 ? null : plusDays(at, days),
        });
      case 'choose-target':
        return void this.issue({
          type: 'ChooseTarget',
          at,
          originalSubscriptionId,
          target: this.#otherTarget(line.skuId, Math.max(1, line.seats - days)),
        });
      case 'expiry':
      case 'cancellation':
      case 'cancellation-unacknowledged': {
        const facts = line.subscription ? this.outside.endingFacts(originalSubscriptionId, line.chosen!.skuId) : null;
        return void this.issue({
          type: 'ChooseOriginalEnd',
          at,
          originalSubscriptionId,
          by: does === 'expiry' ? 'expiry' : 'cancellation',
          acknowledgeNoRefund: does === 'cancellation',
          facts,
        });
      }
      case 'request':
        return void this.issue({ type: 'RequestReseller', at });
      case 'register-anew':
        return void this.issue({ type: 'Supersede', at, successorId: 'successor' });
      case 'add-line': {
        const [scripted] = this.script.further;
        if (scripted && !this.#scripted.has(scripted.line.originalSubscriptionId)) this.#know(scripted);
        if (scripted) this.issue({ type: 'AddLines', at, lines: [scripted.line, scripted.line] });
        return;
      }
      case 'add-seats':
        for (const order of this.outside.boughtFor(originalSubscriptionId)) if (order.active > 0) order.active = order.quantity;
        return;
      default:
        return does satisfies never;
    }
  }

  #otherTarget(skuId: string, seats: number): Target {
    const known = [...this.#scripted.values()].find((scripted) => scripted.target?.skuId === skuId)?.target;
    return target({ skuId, seats, seatPool: known?.seatPool ?? null, maximumSeats: 300 });
  }

  /** Outcomes that belong to nothing: they must change nothing. */
  #unfit(pick: number): void {
    const at = this.outside.now;
    const originalSubscriptionId = this.#pickLine(pick);
    const attempt = this.migration.purchases;
    const orders = [{ orderId: 'stray', lineNumbers: [0] }];
    const unfit: readonly MigrationCommand[] = [
      { type: 'RecordPurchaseOutcome', at, attempt, cartId: 'stray', orders, failedLines: [] },
      { type: 'RecordPurchaseOutcome', at, attempt: attempt + 1, cartId: this.migration.purchase?.cartId ?? null, orders, failedLines: [] },
      { type: 'RecordCartCreated', at, attempt: attempt + 1, cartId: 'stray' },
      { type: 'RecordOrderFailed', at, originalSubscriptionId, orderId: 'stray', code: 'none', detail: '' },
      {
        type: 'RecordSubscriptionProvisioned',
        at,
        originalSubscriptionId,
        orderId: 'stray',
        subscriptionId: 'stray',
        quantity: 1,
        commitmentEnd: '2027-12-31' as never,
      },
      { type: 'RecordReassignment', at, originalSubscriptionId: 'stray', inScope: 1, reassigned: 1, failed: 0, complete: true },
      { type: 'RecordEndAdvised', at, originalSubscriptionId: 'stray', mailed: true },
      { type: 'LapseInvitation', at: this.script.start },
    ];
    const before = this.state;
    this.issue(unfit[pick % unfit.length]!);
    this.#issued.pop();
    if (this.state !== before) throw new Error(`${unfit[pick % unfit.length]!.type} that belongs to nothing changed the migration`);
  }
}

function keyOf(toDo: MigrationToDo): string {
  return `${toDo.id} ${toDo.dueAt}`;
}
