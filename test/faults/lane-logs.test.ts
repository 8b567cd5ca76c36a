/** Logs as a factory should never leave them, beside a good one, read by the built program. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, describe, expect, it } from 'vitest'
import { LanesEnvelope } from '../../state/rows/lanes.ts'
import { type Operator, PROGRAM } from '../real/parts/operator.ts'
import { descendants, readProcess } from '../real/parts/processes.ts'
import { eventually } from '../setup/eventually.ts'
import { FIXTURES, lanesOf, localHost } from './parts/local-host.ts'

const GOOD = readFileSync(`${FIXTURES}codex/ok.jsonl`, 'utf8')
const MEBIBYTE = 2 ** 20

let host: Operator & { logs: string }
beforeEach(() => {
  host = localHost()
  put('good', GOOD)
})

const put = (name: string, content: string | Uint8Array) =>
  writeFileSync(join(host.logs, `${name}.jsonl`), content)

/** The fixture as the log of another thread. */
const other = (digit: string): string => GOOD.replaceAll('01a1fb3b', `01a1fb3${digit}`)

/** The log of a thread with a hole in its middle, so that it is as long as `bytes`. */
function putLong(name: string, text: string, bytes: number) {
  const lines = text.trimEnd().split('\n')
  const head = lines.slice(0, -1).join('\n')
  const file = openSync(join(host.logs, `${name}.jsonl`), 'w')
  writeSync(file, `${head}\n`)
  ftruncateSync(file, bytes)
  writeSync(file, `\n${lines.at(-1)}\n`, bytes)
  closeSync(file)
}

/** The most memory that a process below the hub ever held, in bytes. */
async function mostMemory(): Promise<number> {
  const hub = await host.hub()
  const peaks = descendants(hub?.pid ?? 0).map(pid =>
    Number(/^VmHWM:\s+(\d+) kB/m.exec(readProcess(`/proc/${pid}/status`))?.[1] ?? 0),
  )
  return Math.max(...peaks) * 1_024
}

describe('logs beside a good one', () => {
  it('[O08] cut in the middle of a line: what was whole counts, and the lane shows', async () => {
    put('cut', other('c').slice(0, 700))
    const { lanes, said } = await lanesOf(host)
    expect([...lanes.keys()].sort()).toEqual(['cut', 'good'])
    expect(lanes.get('good')).toMatchObject({ result: 'claimed', tokens: 2500, skipped: 0 })
    expect(lanes.get('cut')).toMatchObject({ status: 'ended', result: 'crashed' })
    expect(said).toBe('')
  })

  it('[O08] of no engine and no text: named and counted, and the good lane shows', async () => {
    put(
      'noise',
      Uint8Array.from({ length: 300_000 }, (_, index) => (index * index * 31) % 251),
    )
    put('old-form', '{"id":"0","msg":{"type":"task_started","model_context_window":1}}\n'.repeat(9))
    put('other-tool', '{"type":"zzz.unknown","x":1}\n{"type":7}\n')
    const { lanes, said } = await lanesOf(host)
    expect([...lanes.keys()]).toEqual(['good'])
    expect(said).toMatch(
      /^dockmaster: lanes: no line of \/\S+\.jsonl and of 2 more files is of Codex or Claude$/,
    )
  })

  it('[O08] with lines that are none and types that nobody knows: skipped and counted', async () => {
    const lines = other('d').trimEnd().split('\n')
    const bad = ['{"type":"item.com', '\u0000\u0001\u0002', '[1,2]', '{"type":"zzz.unknown"}']
    put('mixed', [...lines.slice(0, 2), ...bad, ...lines.slice(2), ''].join('\n'))
    const mixed = (await lanesOf(host)).lanes.get('mixed')
    expect(mixed).toMatchObject({ result: 'claimed', tokens: 2500, skipped: 3 })
    expect(mixed?.why.join('\n')).toMatch(/lines skipped: 3 .*\n.*unknown type: 1 zzz\.unknown/)
  })

  it('[O08] of a gigabyte, and of one line of 40 MB: both are read within bounds', async () => {
    putLong('giant', other('e'), 1_024 * MEBIBYTE)
    const lines = other('f').trimEnd().split('\n')
    const long = `{"type":"item.completed","item":{"text":"${'x'.repeat(40 * MEBIBYTE)}"}}`
    put('long-line', [...lines.slice(0, 2), long, ...lines.slice(2), ''].join('\n'))
    const { lanes } = await lanesOf(host)
    expect(lanes.get('good')).toMatchObject({ result: 'claimed' })
    expect(lanes.get('giant')).toMatchObject({ status: 'ended', result: 'claimed' })
    expect(lanes.get('giant')?.why.join('\n')).toMatch(/not read: 10\d{8} bytes in the middle/)
    expect(lanes.get('long-line')).toMatchObject({ status: 'ended', result: 'claimed' })
    expect(await mostMemory()).toBeLessThan(192 * MEBIBYTE)
    expect(statSync(join(host.logs, 'giant.jsonl')).blocks * 512).toBeLessThan(MEBIBYTE)
  })

  it('[O08] that are pipes, links in a ring or directories: named, and nothing waits', async () => {
    expect(spawnSync('mkfifo', [join(host.logs, 'pipe.jsonl')]).status).toBe(0)
    symlinkSync('ring.jsonl', join(host.logs, 'ring.jsonl'))
    symlinkSync('nowhere', join(host.logs, 'dangling.jsonl'))
    mkdirSync(join(host.logs, 'folder.jsonl'))
    const { lanes, said } = await lanesOf(host)
    expect([...lanes.keys()]).toEqual(['good'])
    expect(said).toMatch(/left out: \/\S+\/pipe\.jsonl \(no regular file\) and 1 more$/)
  })

  it('[O08] that come while it runs: the others go on', async () => {
    await lanesOf(host)
    put('late-noise', new Uint8Array(100_000).fill(255))
    put('late-good', other('a'))
    await eventually('the late lane shows', async () =>
      (await lanesOf(host)).lanes.get('late-good'),
    )
    expect((await lanesOf(host)).lanes.get('good')).toMatchObject({ result: 'claimed' })
  })
})

describe('names of logs', () => {
  const HOSTILE = 'new\nline\u001b[31m\u001b]0;title\u0007\u202e"q\'$(id)`\u009b2J\u2066'

  it('[O04] with control, escape and bidi characters reach no output as such', async () => {
    put(HOSTILE, other('a'))
    copyFileSync(`${FIXTURES}codex/fail.jsonl`, join(host.logs, '-rf --version.jsonl'))
    put(`unread ${HOSTILE}`, '{"type":"zzz.unknown"}\n')
    const { stdout, stderr } = await host.run('lanes')
    const outputs = [stdout, stderr, (await host.run('lanes', '--json')).stdout]
    outputs.push((await host.run('journal')).stdout, (await host.run('handover')).stdout)
    for (const text of outputs.map(output => output.replaceAll('\n', ''))) {
      expect(text).not.toMatch(/\p{Cc}/u)
    }
    for (const text of [stdout, stderr]) expect(text).not.toMatch(/\p{Cf}/u)
    expect(stdout.split('\n')).toHaveLength(4)
    expect(stdout).toContain('-rf --version')
    expect(stdout).toContain('new line')
    expect(stderr).toMatch(/no line of .*unread new line.* is of Codex or Claude$/)
  })

  it('[O04] stay what they are as JSON, so that a script finds the file', async () => {
    put(HOSTILE, other('a'))
    const { lanes } = await lanesOf(host)
    const path = [...lanes.values()].find(lane => lane.name !== 'good')?.log
    expect(path).toBe(join(host.logs, `${HOSTILE}.jsonl`))
    expect(await host.printed('run', 'echo still here')).toBe('still here')
  })
})

/** Root reads everything, so as root another user is the operator. */
const OTHER = 65_534
const isRoot = process.getuid?.() === 0
const asOther = ['--reuid', String(OTHER), '--regid', String(OTHER), '--clear-groups']
const tried = ['setpriv', [...asOther, process.execPath, PROGRAM, '--version']] as const
const canAct = !isRoot || spawnSync(...tried).status === 0
if (!canAct) {
  process.stderr.write('Not run: logs that may not be read: no other user can run this program\n')
}

describe('logs that may not be read', () => {
  it.skipIf(!canAct)('[O08] are named, and the good lane shows', async () => {
    put('secret', other('c'))
    chmodSync(join(host.logs, 'secret.jsonl'), 0)
    const [program, args] = host.line('lanes', '--json')
    const [file, words] = isRoot ? ['setpriv', [...asOther, program, ...args]] : [program, args]
    if (isRoot) {
      const paths = readdirSync(host.home, { recursive: true, encoding: 'utf8' })
      for (const path of ['.', ...paths]) chownSync(join(host.home, path), OTHER, OTHER)
      chownSync(join(host.logs, 'secret.jsonl'), 0, 0)
    }
    const { stdout, stderr } = await execa(file, words, { env: host.env, extendEnv: false })
    expect(LanesEnvelope.parse(JSON.parse(stdout)).rows.map(row => row.name)).toEqual(['good'])
    expect(stderr).toMatch(/^dockmaster: lanes: may not read \/\S+\/secret\.jsonl$/)
  })
})
