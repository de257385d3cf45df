import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Rig, until } from './rig.ts';
import type { Testimony } from './witness-worker.ts';

/** Frames of the witness may come late by what a busy machine costs, never by an attack's whole length. */
const MAX_GAP_MS = 1_000;
/** What the collector may leave lying about; six times 12 MB of attack in a row end up there too and stay there. */
const MEMORY_SLACK = 96 * 1024 * 1024;

/** An innocent stream with one viewer, and the engine's memory and descriptors, watched while others misbehave. */
export class Witness implements AsyncDisposable {
  readonly #rig: Rig;
  readonly #worker: Worker;
  readonly #descriptors: number;
  readonly #memory: number;

  constructor(rig: Rig, worker: Worker) {
    this.#rig = rig;
    this.#worker = worker;
    this.#descriptors = descriptors(rig.pid);
    this.#memory = memory(rig.pid);
  }

  static async of(rig: Rig): Promise<Witness> {
    const { rtmp, playout } = rig;
    const worker = new Worker(new URL('./witness-worker.ts', import.meta.url), { workerData: { rtmp, playout } });
    await until(() => rig.starts.length === 2, 'the witness is on air');
    await sleep(500);
    const witness = new Witness(rig, worker);
    await witness.#ask();
    return witness;
  }

  async #ask(): Promise<Testimony> {
    const answer = once(this.#worker, 'message');
    this.#worker.postMessage('testify');
    const [testimony] = await answer;
    return testimony;
  }

  /** The engine lives, the witness saw every frame in time, and nothing of the attack is left. */
  async check(): Promise<void> {
    const rig = this.#rig;
    process.kill(rig.pid, 0);
    await sleep(100);
    const { frames, missing, longestGapMs, over } = await this.#ask();
    assert.ok(frames > 1 && !over, 'the other stream goes on');
    assert.equal(missing, 0, 'no frame of it is missing');
    assert.ok(longestGapMs < MAX_GAP_MS, `a gap of ${Math.round(longestGapMs)} ms`);
    await until(async () => (await rig.list()).length === 2, 'only the witness is on air');
    await until(() => descriptors(rig.pid) <= this.#descriptors, `descriptors return to ${this.#descriptors}`);
    const most = this.#memory + MEMORY_SLACK;
    await until(() => memory(rig.pid) < most, `memory under ${most >> 20} MB, it is ${memory(rig.pid) >> 20}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Resident bytes. */
export function memory(pid: number): number {
  const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Number(pages) * 4_096;
}
