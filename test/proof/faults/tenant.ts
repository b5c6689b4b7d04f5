import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Schemas } from '../../../client/index.ts';
import { userLocator } from '../../../core/access/tokens.ts';
import type { CaptureEnd, CaptureEnds } from './ends.ts';
import type { Injector, Watched } from './injector.ts';
import type { World } from './world.ts';

/** TradingView's way with a 5xx: 5 s apart, up to 4 sends in all. */
const RESEND_MS = 5000;
const SENDS = 4;
/** A browser that dies takes its batch along, whose messages come back after 50 s, and its account is free after 60. */
const LONGEST_WAIT_MS = 240_000;
const LOOK_MS = 50;

const receipt = z.object({ signal_id: z.string() });

/** Thrown where an alert was never answered 200: nothing more can be asked of it. */
export class Unanswered extends Error {}

/** One user of a run, whose alerts are sent as TradingView does. */
export class Tenant {
  readonly id: string;
  readonly locator: string;
  readonly watched: Watched;
  /** The signals of the alerts that were answered 200, by alert. */
  readonly answered = new Map<string, string>();
  /** Alerts that were sent and never answered 200. */
  readonly unanswered = new Set<string>();
  /** What was seen to be wrong on the way. */
  readonly violations: string[] = [];
  readonly world: World;
  readonly #ends: CaptureEnds;
  #webhookUrl = '';

  constructor(id: string, watched: Watched, { world, ends }: { world: World; ends: CaptureEnds }) {
    this.id = id;
    this.locator = userLocator(id);
    this.watched = watched;
    this.world = world;
    this.#ends = ends;
  }

  /** Makes the user. */
  async begin(injector: Injector, config: Schemas['UserConfigChanges']): Promise<void> {
    const { vigia } = this.world;
    const { data } = await vigia.POST('/api/users', { body: { id: this.id, plan: 'premium', rate_per_minute: null } });
    if (!data) throw new Error(`The user ${this.id} could not be made`);
    this.#webhookUrl = data.webhook_url;
    const path = { id: this.id };
    await vigia.PATCH('/api/users/{id}/config', {
      params: { path },
      body: { screenshot_resolution: '720p', ...config },
    });
    const token = new URL(data.webhook_url).pathname.split('/').at(-1) ?? '';
    injector.watch(this.watched, [this.id, this.locator, token]);
  }

  /** Sends an alert until it is taken; answers the id of its signal. */
  async alert(body: string, chart?: string): Promise<string> {
    const alert = `${body} ${chart}`;
    this.unanswered.add(alert);
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
    if (answer.status !== status) this.violations.push(`what is to be refused was answered ${answer.status}`);
  }

  async captureAgain(id: string): Promise<void> {
    const { response } = await this.world.vigia.POST('/api/signals/{id}/screenshot', { params: { path: { id } } });
    if (!response.ok) throw new Error(`The capture was not asked for again: ${response.status}`);
  }

  /** Waits for the end of a capture. */
  async end(signalId: string, generation: number, status: CaptureEnd['status']): Promise<void> {
    const find = () => this.#ends.of(signalId).find((it) => it.generation === generation);
    await this.until(`the end of capture ${generation}`, () => find() !== undefined);
    if (find()?.status !== status) this.violations.push(`capture ${generation} ended as ${find()?.status}`);
  }

  async #send(url: string, body: string): Promise<{ status: number; answer: unknown }> {
    for (let send = 1; ; send += 1) {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
      const answer: unknown = await response.json().catch(() => undefined);
      if (response.status < 500 || send === SENDS) return { status: response.status, answer };
      await sleep(RESEND_MS);
    }
  }

  async until(what: string, isTrue: () => boolean): Promise<void> {
    for (const until = Date.now() + LONGEST_WAIT_MS; !isTrue(); await sleep(LOOK_MS)) {
      if (Date.now() > until) throw new Error(`${what} did not come`);
    }
  }
}
