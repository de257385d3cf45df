import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as peers from './field.ts';
import type { Scenario } from './questions.ts';
import * as asked from './questions.ts';
import { race, type Time } from './rounds.ts';
import { type Row, table } from './row.ts';

type Times = Record<string, Time>;

const lineUp = async (scenario: Scenario): Promise<peers.Peer[]> => [
  peers.bitset(scenario),
  peers.ours(scenario),
  peers.oursKept(scenario),
  peers.caslCached(scenario),
  peers.caslPerRequest(scenario),
  await peers.casbin(scenario),
  peers.accessControl(scenario),
  peers.cedar(scenario),
];

/** Nobody is timed before all have given the same answer to every question. */
function agree({ name, questions }: Scenario, [first, ...others]: peers.Peer[]): void {
  for (const question of questions) {
    const expected = first?.ask(question);
    const odd = others.find((peer) => peer.ask(question) !== expected);
    if (odd)
      throw new Error(`${name}: ${odd.name} differs on ${question.principal.role} and ${question.capability.id}`);
  }
}

const find = (name: string | undefined): Scenario => {
  const scenario = asked.scenarios().find((entry) => entry.name === name);
  if (!scenario) throw new Error(`There is no scenario "${name}"`);
  return scenario;
};

/** Everybody on one scenario; or, given two, `authorize()` on the small one and on the large one, in turn. */
async function measure(name: string | undefined, beside: string | undefined): Promise<Times> {
  if (beside)
    return race([find(beside), find(name)].map((scenario) => ({ ...peers.ours(scenario), name: scenario.name })));
  const scenario = find(name);
  const field = await lineUp(scenario);
  agree(scenario, field);
  return race(field);
}

/** Each measurement has a process of its own: what the compiler learnt in one must not help or hurt the next. */
async function measured(...names: string[]): Promise<Times> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, '--measure', ...names]);
  return JSON.parse(stdout) as Times;
}

const duration = (nanoseconds: number) =>
  nanoseconds < 1e3
    ? `${nanoseconds.toFixed(1)} ns`
    : nanoseconds < 1e6
      ? `${(nanoseconds / 1e3).toFixed(1)} µs`
      : `${(nanoseconds / 1e6).toFixed(1)} ms`;

const times = (factor: number) => `${factor < 100 ? factor.toFixed(1) : Math.round(factor).toLocaleString('en')} ×`;

/** What each peer must cost at least, as a multiple of `authorize()`. */
const AHEAD: Readonly<Record<string, number>> = {
  [peers.CASL_CACHED]: 1,
  [peers.CASL_BUILT]: 50,
  [peers.CASBIN]: 500,
};

function rowsOf(scenario: string, result: Times): Row[] {
  const ours = result[peers.OURS]?.ratio ?? Number.NaN;
  return Object.entries(result).map(([name, { nanoseconds, ratio }]): Row => {
    const row = { what: `${name}, ${scenario}`, result: duration(nanoseconds), beside: '', target: '', met: null };
    if (name === peers.BITSET) return row;
    if (name === peers.OURS) {
      return { ...row, beside: `${times(ratio)} the bitset`, target: 'at most 3 × the bitset', met: ratio <= 3 };
    }
    if (name === peers.OURS_KEPT) return { ...row, beside: `${times(ratio)} the bitset` };
    const least = AHEAD[name];
    const beside = `${times(ratio / ours)} authorize()`;
    if (least === undefined) return { ...row, beside };
    return { ...row, beside, target: `at least ${least} × authorize()`, met: ratio / ours >= least };
  });
}

async function flatness(large: string, small: string): Promise<Row> {
  const time = (await measured(large, small))[large] ?? { nanoseconds: Number.NaN, ratio: Number.NaN };
  return {
    what: `${peers.OURS}, ${large} beside ${small}`,
    result: duration(time.nanoseconds),
    beside: `${times(time.ratio)} ${small}`,
    target: `at most 2 × ${small}`,
    met: time.ratio <= 2,
  };
}

/** One decision: `authorize()` beside a bare bitset and the libraries one would otherwise have taken. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name } of asked.scenarios()) rows.push(...rowsOf(name, await measured(name)));
  rows.push(await flatness(asked.MANY_ORGANISATIONS, asked.THREE_ORGANISATIONS));
  rows.push(await flatness(asked.MANY_ROLES, asked.THREE_ROLES));
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [flag, name, beside] = process.argv.slice(2);
  if (flag === '--measure') console.log(JSON.stringify(await measure(name, beside)));
  else console.log(`${table(await run())}\n\n${asked.QUESTIONS} questions, all answered alike before the clock ran.`);
}
