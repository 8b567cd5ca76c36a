/** The program as it is installed elsewhere: packed, installed globally, run by its name. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { LanesEnvelope } from '../../state/rows/lanes.ts'
import { requirePart } from '../setup/require-part.ts'
import { newOperator } from './parts/operator.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const OK_LOG = join(ROOT, 'test/fixtures/codex/ok.jsonl')

const Packed = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
])

let base: string
let packed: z.infer<typeof Packed>[0]
let dockmaster: string

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'dockmaster-packed-'))
  // The build stands already, and other suites run on it: it is packed as it is.
  const pack = await npm('pack', '--json', '--ignore-scripts', '--pack-destination', base)
  packed = Packed.parse(JSON.parse(pack))[0]
  const prefix = join(base, 'prefix')
  mkdirSync(prefix)
  const from = ['--prefix', prefix, '--prefer-offline', join(base, packed.filename)]
  await npm('install', '--global', '--no-audit', '--no-fund', ...from)
  dockmaster = join(prefix, 'bin', 'dockmaster')
}, 240_000)
afterAll(() => rmSync(base, { recursive: true, force: true }))

async function npm(...words: string[]): Promise<string> {
  return (await execa('npm', words, { cwd: ROOT })).stdout
}

describe('the packed program', () => {
  it('holds the bundle, its papers and nothing else', () => {
    const paths = packed.files.map(file => file.path)
    const other = paths.filter(path => !path.startsWith('dist/'))
    expect(other.sort()).toEqual(['LICENSE', 'README.md', 'package.json'])
    expect(paths).toContain('dist/main.js')
    expect(paths).toContain('dist/probe.cjs')
    const [packedKb, kb] = [packed.size, packed.unpackedSize].map(size => Math.round(size / 1_024))
    process.stderr.write(`The tarball has ${packedKb} KiB, ${kb} KiB unpacked\n`)
    expect(kb).toBeLessThan(8 * 1_024)
  })

  it('runs by its name, and knows its paths and the runs of agents', async () => {
    const { env } = newOperator({ select: [] })
    const run = async (...words: string[]) =>
      (await execa(dockmaster, words, { env, extendEnv: false })).stdout
    const version = await run('--version')
    expect(version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/)
    expect(JSON.parse(await run('info', '--json'))).toMatchObject({
      version,
      config: `${env['XDG_CONFIG_HOME']}/dockmaster/config.toml`,
    })
    const explained = JSON.parse(await run('explain', OK_LOG, '--json'))
    expect(explained).toMatchObject({ engine: 'codex', status: 'ended', result: 'claimed' })
  })

  requirePart('git')('with git', () => {
    it('shows the practice factory that it brings', async () => {
      const operator = newOperator({ select: [], program: dockmaster })
      await operator.printed('practice', 'up', '--lanes', '2')
      try {
        const lanes = await operator.run('lanes', '--json', '--profile', 'practice')
        expect(lanes.exitCode).toBe(0)
        const { rows, stale } = LanesEnvelope.parse(JSON.parse(lanes.stdout))
        expect(stale).toBeNull()
        expect(rows.length).toBeGreaterThan(0)
        await operator.run('stop', '--profile', 'practice')
      } finally {
        expect((await operator.run('practice', 'down')).stderr).toMatch(/ is down, /)
      }
    })
  })
})

/** A Node that is too old for the program, or null. */
async function oldNode(): Promise<string | null> {
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  for (const path of new Set(dirs.map(dir => join(dir, 'node')))) {
    const { stdout, failed } = await execa(path, ['--version'], { reject: false })
    if (!failed && Number(/^v(\d+)\./.exec(stdout)?.[1]) < 22) return path
  }
  return null
}

const old = await oldNode()
if (old === null) process.stderr.write('Not run: the program on an old Node: none is here\n')

it.skipIf(old === null)('the installed program tells an old Node so, in one line', async () => {
  const { exitCode, stdout, stderr } = await execa(old ?? '', [dockmaster, 'lanes'], {
    reject: false,
  })
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toMatch(/^dockmaster needs Node 22 or newer and this is [\d.]+: install .+$/)
})
