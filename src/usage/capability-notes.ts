import type { CapabilityId } from '../capabilities.ts';
import type { Principal } from '../principal.ts';
import { type CapabilityUse, writeCapabilityUse } from '../store/capability-use.ts';
import type { Batch, Notes } from './notes.ts';

const HOUR_MS = 3_600_000;

interface Note extends CapabilityUse {
  /** From when on the next use is worth a write of its own. */
  due: number;
  written: boolean;
}

/**
 * Who used which capability, kept in memory on every request and written late: the first use at the next opportunity,
 * later ones at most once an hour, and the last one before the note is forgotten.
 */
export class CapabilityNotes implements Notes {
  readonly #actors = new Map<string, Map<CapabilityId, Note>>();
  #due = new Set<Note>();
  #nextSweep = 0;

  used({ id, organisation }: Pick<Principal, 'id' | 'organisation'>, capability: CapabilityId, at: number): void {
    let notes = this.#actors.get(id);
    if (notes === undefined) {
      notes = new Map();
      this.#actors.set(id, notes);
    }
    const note = notes.get(capability);
    if (note === undefined) {
      const fresh = { organisation, actor: id, capability, first: at, last: at, due: at + HOUR_MS, written: false };
      notes.set(capability, fresh);
      this.#due.add(fresh);
      return;
    }
    if (note.written) note.first = at;
    note.written = false;
    note.last = Math.max(note.last, at);
    if (at < note.due) return;
    note.due = at + HOUR_MS;
    this.#due.add(note);
  }

  take(now: number, all: boolean): Batch | null {
    if (all || now >= this.#nextSweep) this.#sweep(now, all);
    if (this.#due.size === 0) return null;
    const taken: CapabilityUse[] = [...this.#due].map(({ due: _due, written: _written, ...use }) => use);
    for (const note of this.#due) note.written = true;
    this.#due = new Set();
    return { write: (tx) => writeCapabilityUse(tx, taken), putBack: () => this.#putBack(taken) };
  }

  #putBack(uses: readonly CapabilityUse[]): void {
    for (const use of uses) {
      this.used({ id: use.actor, organisation: use.organisation }, use.capability, use.last);
      const note = this.#actors.get(use.actor)!.get(use.capability)!;
      note.first = use.first;
      this.#due.add(note);
    }
  }

  /** Forgets who has not come for an hour, so that memory is held by those who do; what they did is written first. */
  #sweep(now: number, all: boolean): void {
    this.#nextSweep = now + HOUR_MS;
    for (const [actor, notes] of this.#actors) {
      for (const [capability, note] of notes) {
        const old = note.last < now - HOUR_MS;
        if (!note.written && (old || all)) this.#due.add(note);
        if (old) notes.delete(capability);
      }
      if (notes.size === 0) this.#actors.delete(actor);
    }
  }
}
