/** `npm run bench [-- p01 p02 p04 p05 p06 p07] [-- --quick]`: figures beside those of other programs. */
import { cpus, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import type { Bench, Effort } from './bench.ts'
import { p01 } from './p01.ts'
import { p02 } from './p02.ts'
import { p04 } from './p04.ts'
import { p05 } from './p05.ts'
import { p06 } from './p06.ts'
import { p07 } from './p07.ts'
import { lackOf } from './parts/programs.ts'

const BENCHES: Readonly<Record<string, Bench>> = { p01, p02, p04, p05, p06, p07 }

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const load = (): string =>
  loadavg()
    .map(value => value.toFixed(1))
    .join(' ')

async function run(bench: Bench, effort: Effort): Promise<void> {
  const began = Date.now()
  print(`\n${bench.title}\n`)
  const lack = lackOf(...bench.needs)
  if (lack === null) await bench.run(effort, print)
  else print(`not measured: ${lack}`)
  print(`took ${Math.round((Date.now() - began) / 1_000)} s, load after ${load()}`)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
})
const wanted = positionals.length > 0 ? positionals : Object.keys(BENCHES)
const unknown = wanted.find(name => !BENCHES[name])
if (unknown !== undefined) {
  process.stderr.write(`no bench ${unknown}: there are ${Object.keys(BENCHES).join(', ')}\n`)
  process.exitCode = 2
} else {
  const cores = cpus()
  print(
    `${cores.length} cores ${cores[0]?.model ?? ''}, ${Math.round(totalmem() / 2 ** 30)} GB, node ${process.versions.node}, load before ${load()}`,
  )
  if (values.quick) print('quick: this shows that the benches work; the figures say little')
  for (const name of wanted) {
    const bench = BENCHES[name]
    if (bench) await run(bench, values.quick ? 'quick' : 'full')
  }
}
