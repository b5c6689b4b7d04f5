import { z } from 'zod';
import type { AwsCall, Intercept } from '../../../local/aws/gateway.ts';
import type { AwsResponse } from '../../../local/aws/service.ts';
import type { Invocation } from '../../../local/lambda/types.ts';
import { siteOf, tokensOf } from './calls.ts';
import { type Fault, suffer } from './kinds.ts';

/** The call that is to go wrong, and how. */
export interface Aim {
  /** Its site, and which of several at that site in one invocation it is: `… (2)`. */
  call: string;
  /** Which such call for the tenant, counted from 1: each invocation makes it, in other states. */
  turn: number;
  fault: Fault;
}

/** A fault that a tenant felt: its own, or one of another whose work was in the same batch. */
export interface Hit {
  site: string;
  fault: Fault;
  isOwn: boolean;
  /** Epoch milliseconds. */
  at: number;
}

/** A tenant as the calls made for it are seen. */
export class Watched {
  /** How often each call was made for it so far. */
  readonly calls = new Map<string, number>();
  readonly hits: Hit[] = [];
  readonly aim: Aim | undefined;
  /** Whether calls that name nobody, of invocations that name nobody, are made for it too. */
  readonly takesNameless: boolean;
  isOver = false;
  readonly #counts = new WeakMap<Invocation, Map<string, number>>();

  constructor(aim: Aim | undefined, takesNameless: boolean) {
    this.aim = aim;
    this.takesNameless = takesNameless;
  }

  /** Whether this is the call that the tenant's fault is for. */
  count(site: string, invocation: Invocation): boolean {
    const counts = this.#counts.get(invocation) ?? new Map<string, number>();
    this.#counts.set(invocation, counts);
    const occurrence = Math.min((counts.get(site) ?? 0) + 1, MOST_TOLD_APART);
    counts.set(site, occurrence);
    const call = occurrence === 1 ? site : `${site} (${occurrence})`;
    const turn = (this.calls.get(call) ?? 0) + 1;
    this.calls.set(call, turn);
    return this.aim?.call === call && this.aim.turn === turn;
  }

  get wasHit(): boolean {
    return this.hits.some(({ isOwn }) => isOwn);
  }
}

/** Of calls of one kind in one invocation: those of a loop are told apart up to here. */
const MOST_TOLD_APART = 5;

interface Suffering {
  fault: Fault | undefined;
  sends: number;
}

const received = z.object({ MessageId: z.string(), ReceiptHandle: z.string(), Body: z.string() });
const messages = z.object({ Messages: z.array(received).default([]) });
const oneSent = z.looseObject({ MessageBody: z.string() });
const manySent = z.looseObject({ Entries: z.array(oneSent) });

const keys = z.looseObject({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }).partial();
const written = z.looseObject({ Key: keys.optional(), Item: keys.optional() });
const writes = written.extend({ TransactItems: z.array(z.record(z.string(), written)).default([]) });

export interface InjectorOptions {
  /** The invocation that runs under a trace. */
  running: (trace: string) => Invocation | undefined;
  /** Told of each invocation that makes a call, once. */
  onInvocation?: (invocation: Invocation) => void;
  /** Whose calls are left alone: the proof itself asks through some. */
  isLeftAlone: (invocation: Invocation, call: AwsCall) => boolean;
  /** Which of the long words beside the name of a tenant alone are names of that tenant, too. */
  isName: (word: string) => boolean;
}

/**
 * Sees all AWS calls of a run, knows for which tenants each is made, and lets those go wrong that are aimed at.
 *
 * A call is made for whom it names. One that names nobody is made for whom the event names that its invocation handles;
 * where neither does, for all who take part in what is scheduled. What names a tenant is learned: a job of a tenant in a
 * queue has an id, a received message a handle, a record a key.
 */
export class Injector {
  readonly #tenants = new Map<string, Watched>();
  readonly #suffering = new Map<string, Suffering>();
  readonly #options: InjectorOptions;
  readonly #known = new WeakMap<Invocation, Set<Watched>>();

  constructor(options: InjectorOptions) {
    this.#options = options;
  }

  watch(tenant: Watched, names: readonly string[]): void {
    for (const name of names) this.#tenants.set(name, tenant);
  }

  readonly intercept: Intercept = async (call, next) => {
    const trace = call.request.headers['x-amzn-trace-id'];
    const invocation = trace === undefined ? undefined : this.#options.running(trace);
    if (!invocation || this.#options.isLeftAlone(invocation, call)) return this.#learnReceived(call, await next());
    this.#learnSent(call);
    this.#learnWritten(call);
    const event = this.#namedBy(invocation);
    const id = call.request.headers['amz-sdk-invocation-id'] ?? '';
    const suffering = this.#suffering.get(id) ?? this.#aimedAt(call, invocation, event);
    this.#suffering.set(id, suffering);
    suffering.sends += 1;
    if (suffering.fault === undefined) return next();
    const kill = () => invocation.crash();
    return suffer(suffering.fault, { call, send: suffering.sends, next, kill });
  };

  #aimedAt(call: AwsCall, invocation: Invocation, event: Set<Watched>): Suffering {
    const site = siteOf(invocation, call);
    const named = this.#named(call.service === 's3' ? call.request.path : call.request.body.toString());
    const found = [named, event].find(({ size }) => size > 0) ?? this.#nameless();
    // An event that names nobody is of what is scheduled.
    const tenants = event.size > 0 ? [...found] : [...found].filter(({ takesNameless }) => takesNameless);
    const aimed = tenants.filter((tenant) => tenant.count(site, invocation));
    const fault = aimed[0]?.aim?.fault;
    if (fault !== undefined) {
      // A call that fails fails its batch; a caller that dies takes all that it works on along.
      for (const tenant of new Set([...tenants, ...event])) {
        tenant.hits.push({ site, fault, isOwn: aimed.includes(tenant) && tenant.aim?.fault === fault, at: Date.now() });
      }
    }
    return { fault, sends: 0 };
  }

  #named(content: string): Set<Watched> {
    return new Set(tokensOf(content).flatMap((token) => this.#tenants.get(token) ?? []));
  }

  #namedBy(invocation: Invocation): Set<Watched> {
    const known = this.#known.get(invocation);
    if (known) return known;
    this.#options.onInvocation?.(invocation);
    const named = this.#named(invocation.event);
    this.#known.set(invocation, named);
    return named;
  }

  #nameless(): Set<Watched> {
    return new Set([...this.#tenants.values()].filter((tenant) => tenant.takesNameless && !tenant.isOver));
  }

  #learnSent({ service, operation, request }: AwsCall): void {
    if (service !== 'sqs' || !operation.startsWith('SendMessage')) return;
    const input: unknown = JSON.parse(request.body.toString());
    const entries = manySent.safeParse(input).data?.Entries ?? [oneSent.parse(input)];
    for (const { MessageBody } of entries) this.#learn(MessageBody, MessageBody);
  }

  #learnWritten({ service, request }: AwsCall): void {
    if (service !== 'dynamodb') return;
    const { TransactItems, ...own } = writes.parse(JSON.parse(request.body.toString()));
    for (const one of [own, ...TransactItems.flatMap((entry) => Object.values(entry))]) {
      const { pk, sk } = one.Key ?? one.Item ?? {};
      this.#learn(JSON.stringify(one), `${pk?.S} ${sk?.S}`);
    }
  }

  #learnReceived(call: AwsCall, answer: AwsResponse): AwsResponse {
    if (call.operation !== 'ReceiveMessage' || answer.status !== 200) return answer;
    const { Messages } = messages.parse(JSON.parse(answer.body.toString()));
    for (const message of Messages) this.#learn(message.Body, JSON.stringify(message));
    return answer;
  }

  /** What else stands beside the name of one tenant alone is a name of that tenant, too. */
  #learn(body: string, content: string): void {
    const [tenant, ...others] = this.#named(body);
    if (!tenant || others.length > 0) return;
    const unknown = tokensOf(content).filter((token) => this.#options.isName(token) && !this.#tenants.has(token));
    for (const token of unknown) this.#tenants.set(token, tenant);
  }
}
