/** A host that lacks what others have: each absence is named, and none of them counts as zero. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { HealsEnvelope } from '../../state/rows/heals.ts'
import { LanesEnvelope } from '../../state/rows/lanes.ts'
import { requirePart } from '../setup/require-part.ts'
import { FIXTURES, localHost } from './parts/local-host.ts'

/** A directory with everything of the system's own but `without`. */
function programs(home: string, without: readonly string[]): string {
  const bin = join(home, 'bin')
  mkdirSync(bin)
  const taken = new Set(without)
  for (const dir of ['/usr/bin', '/bin']) {
    for (const name of readdirSync(dir)) {
      if (taken.has(name)) continue
      taken.add(name)
      symlinkSync(join(dir, name), join(bin, name))
    }
  }
  if (!taken.has('node')) symlinkSync(process.execPath, join(bin, 'node'))
  return bin
}

/** Runs subcommands on a host whose PATH lacks these programs. */
function hostWithout(...missing: string[]) {
  const host = localHost()
  // Its directory is one that is there, so that only the program keeps us from looking.
  const log = readFileSync(`${FIXTURES}claude/ok.jsonl`, 'utf8')
  writeFileSync(join(host.logs, 'ok.jsonl'), log.replaceAll('/srv/factory/lanes/ok', host.home))
  const env = { ...host.env, PATH: programs(host.home, missing) }
  const run = async (...words: string[]) => {
    const [program, args] = host.line(...words)
    return await execa(program, args, { env, extendEnv: false, reject: false })
  }
  return { ...host, run }
}

requirePart('git')('a host without', () => {
  it('[O08] [M06] git: what came of a lane is unknown, and said to be so', async () => {
    const { stdout, exitCode } = await hostWithout('git').run('lanes', '--json')
    expect(exitCode).toBe(0)
    const [lane] = LanesEnvelope.parse(JSON.parse(stdout)).rows
    expect(lane).toMatchObject({ name: 'ok', result: 'claimed', evidence: [] })
    expect(lane?.why.join('\n')).toContain('was not checked: there is no git on this host')
  })

  it('[O08] [A07] crontab and systemctl: the spine is absent, not empty; the rest goes on', async () => {
    const { run } = hostWithout('crontab', 'systemctl')
    const heals = HealsEnvelope.parse(JSON.parse((await run('heals', '--json')).stdout))
    expect(heals.rows).toEqual([])
    const { stdout, exitCode } = await run('heals')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Heals · absent$/m)
    expect(stdout).toMatch(/no crontab program[\s\S]*systemctl/)
    expect((await run('lanes')).stdout).toContain('claimed')
    expect((await run('host')).stdout).toMatch(/load .* on \d+ cores?\b/)
  })

  it('[O08] node: it says what is missing and how to name one; commands run all the same', async () => {
    const host = hostWithout('node', 'nodejs')
    expect((await host.run('run', 'echo works')).stdout).toBe('works')
    const { stdout } = await host.run('lanes')
    expect(stdout).toMatch(/node/i)
    const status = await host.run('status')
    expect(status.stdout).toMatch(/probe +.*node/i)
  })
})

describe('a host that does not answer', () => {
  it('[A07] is unreachable: nothing is zero, and scripts can tell', async () => {
    const host = localHost()
    const line = host.line()[1].slice(0, 1)
    const nowhere = ['--host', '127.0.0.1:1']
    const run = (...words: string[]) =>
      execa(process.execPath, [...line, ...nowhere, ...words], {
        env: host.env,
        extendEnv: false,
        reject: false,
      })
    const json = await run('lanes', '--json')
    expect(json.exitCode).toBe(69)
    expect(LanesEnvelope.parse(JSON.parse(json.stdout))).toMatchObject({
      rows: [],
      stale: { since: expect.any(String), reason: expect.any(String) },
    })
    const text = await run('lanes')
    expect(text.stdout).toMatch(/unreachable since|connecting/)
    expect(text.stdout).not.toMatch(/0 live/)
  })
})
