import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { userLocator } from '../../../core/access/tokens.ts';
import { timedId } from '../../../core/alerts/alert-id.ts';
import type { CaptureEnd, CaptureEnds } from './ends.ts';
import type { Injector, Watched } from './injector.ts';
import type { Receivers } from './receivers.ts';
import type { Scenario } from './scenarios.ts';
import type { World } from './world.ts';

/** TradingView's way with a 5xx: 5 s apart, up to 4 sends in all. */
const RESEND_MS = 5000;
const SENDS = 4;
/** A browser that dies takes its batch along, whose messages come back after 50 s, and its account is free after 60. */
const LONGEST_WAIT_MS = 240_000;
const LOOK_MS = 50;
/** Between two runs of what is scheduled. */
const SCHEDULE_MS = 5000;
/** Older than a capture may be before it is swept. */
const STRANDED_MS = 20 * 60_000;

const receipt = z.object({ signal_id: z.string() });

/** Thrown where an alert was never answered 200: nothing more can be asked of it. */
export class Unanswered extends Error {}

export interface Surroundings {
  world: World;
  ends: CaptureEnds;
  receivers: Receivers;
}

/** One user of a run, whose alerts are sent as TradingView does. */
export class Tenant {
  readonly id: string;
  readonly locator: string;
  readonly watched: Watched;
  readonly scenario: Scenario;
  /** The signals of the alerts that were answered 200, by alert. */
  readonly answered = new Map<string, string>();
  /** Alerts that were sent and never answered 200. */
  readonly unanswered = new Set<string>();
  /** Signals that came from no alert. */
  readonly planted: string[] = [];
  /** What was seen to be wrong on the way. */
  readonly violations: string[] = [];
  readonly #world: World;
  readonly #ends: CaptureEnds;
  readonly #receivers: Receivers;
  #webhookUrl = '';

  constructor(id: string, scenario: Scenario, watched: Watched, { world, ends, receivers }: Surroundings) {
    this.id = id;
    this.locator = userLocator(id);
    this.scenario = scenario;
    this.watched = watched;
    this.#world = world;
    this.#ends = ends;
    this.#receivers = receivers;
  }

  /** Makes the user. */
  async begin(injector: Injector): Promise<void> {
    const { vigia } = this.#world;
    const { source = 'auto', channels, hasSession, isStranded } = this.scenario;
    if (isStranded) await this.#strand();
    const { data } = await vigia.POST('/api/users', { body: { id: this.id, plan: 'premium', rate_per_minute: null } });
    if (!data) throw new Error('The user could not be made');
    this.#webhookUrl = data.webhook_url;
    const params = { path: { id: this.id } };
    const config = { screenshot_resolution: '720p', screenshot_source: source } as const;
    const notification_preferences = channels && this.#receivers.preferences(this.id, channels);
    const body = { ...config, ...(notification_preferences && { notification_preferences }) };
    const changed = await vigia.PATCH('/api/users/{id}/config', { params, body });
    if (!changed.data) throw new Error(`The user could not be set up: ${JSON.stringify(changed.error)}`);
    injector.watch(this.watched, [this.id, this.locator, data.webhook_token, this.#account()]);
    if (!hasSession) return;
    const session = { sessionid: this.#sessionId(), sessionid_sign: 'v3:c2lnbmVk', consent: true } as const;
    const brought = await vigia.PUT('/api/users/{id}/tradingview-session', { params, body: session });
    if (!brought.data) throw new Error(`The session was not taken: ${JSON.stringify(brought.error)}`);
  }

  /** What is scheduled has nothing more to do with this user. */
  async leave(): Promise<void> {
    this.watched.isOver = true;
    if (!this.scenario.hasSession) return;
    await this.#world.vigia.DELETE('/api/users/{id}/tradingview-session', { params: { path: { id: this.id } } });
  }

  /** Sends an alert until it is taken; answers the id of its signal. */
  async alert(body: string, chart?: string): Promise<string> {
    const alert = `${body} ${chart}`;
    if (!this.answered.has(alert)) this.unanswered.add(alert);
    const url = chart === undefined ? this.#webhookUrl : `${this.#webhookUrl}?chart=${chart}`;
    const { status, answer } = await this.#send(url, body);
    if (status >= 500) throw new Unanswered();
    if (status !== 200) throw new Error(`The alert was answered ${status}`);
    const { signal_id: id } = receipt.parse(answer);
    const first = this.answered.get(alert) ?? id;
    if (first !== id) this.violations.push(`one alert was answered with the signals ${first} and ${id}`);
    this.answered.set(alert, id);
    this.unanswered.delete(alert);
    return id;
  }

  /** Sends what is not to be taken. */
  async refused(body: string, status: number): Promise<void> {
    const answer = await this.#send(this.#webhookUrl, body);
    if (answer.status !== status && answer.status < 500) {
      this.violations.push(`what is to be refused was answered ${answer.status}`);
    }
  }

  async captureAgain(id: string): Promise<void> {
    const { response } = await this.#world.vigia.POST('/api/signals/{id}/screenshot', { params: { path: { id } } });
    if (!response.ok) throw new Error(`The capture was not asked for again: ${response.status}`);
  }

  /** TradingView does not know the user's session any more. */
  signOut(): void {
    this.#world.signOut(this.#sessionId());
  }

  /** Waits for the end of a capture. */
  async end(signalId: string, generation: number, status: CaptureEnd['status']): Promise<void> {
    await this.#until(`the end of capture ${generation}`, () => this.hasEnded(signalId, generation));
    const end = this.#ends.of(signalId).find((it) => it.generation === generation);
    if (end?.status !== status) this.violations.push(`capture ${generation} ended as ${end?.status}`);
  }

  hasEnded(signalId: string, generation: number): boolean {
    return this.#ends.of(signalId).some((end) => end.generation === generation);
  }

  /** Waits until so many messages of each kind have come to every receiver that takes any. */
  async told(counts: Record<string, number>): Promise<void> {
    const { telegram, discord } = this.scenario.channels ?? {};
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const came = (channel: 'telegram' | 'discord', manner = 404) =>
      manner === 404 || this.#receivers.of(this.id, channel).length >= all;
    await this.#until(`a notification of ${JSON.stringify(counts)}`, () => {
      const ofWebhook = Object.entries(counts).every(([type, count]) => this.isTold(type, count));
      return ofWebhook && came('telegram', telegram) && came('discord', discord);
    });
  }

  isTold(type: string, count: number): boolean {
    return this.#receivers.of(this.id, 'webhook').filter((delivery) => delivery.type === type).length >= count;
  }

  /** Runs what is scheduled until it has done its work. */
  async scheduled(isDone: () => boolean): Promise<void> {
    let next = 0;
    await this.#until('what is scheduled', () => {
      if (isDone()) return true;
      if (Date.now() >= next) {
        this.#world.runSchedules();
        next = Date.now() + SCHEDULE_MS;
      }
      return false;
    });
  }

  /** Before there is the user: a signal that waits for a capture since long, whose job is nowhere. */
  async #strand(): Promise<void> {
    const then = Date.now() - STRANDED_MS;
    const id = timedId(then, createHash('sha256').update(this.id).digest());
    this.planted.push(id);
    await this.#world.strand(this, id, then);
  }

  async #send(url: string, body: string): Promise<{ status: number; answer: unknown }> {
    for (let send = 1; ; send += 1) {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
      const answer: unknown = await response.json().catch(() => undefined);
      if (response.status < 500 || send === SENDS) return { status: response.status, answer };
      await sleep(RESEND_MS);
    }
  }

  async #until(what: string, isTrue: () => boolean): Promise<void> {
    for (const until = Date.now() + LONGEST_WAIT_MS; !isTrue(); await sleep(LOOK_MS)) {
      if (Date.now() > until) throw new Error(`${what} did not come`);
    }
  }

  #sessionId(): string {
    return `session-of-${this.id}`;
  }

  #account(): string {
    return createHash('sha256').update(this.#sessionId()).digest('base64url');
  }
}
