/**
 * What a lane claims against what is there, on real parts: the built program, a host behind a real
 * sshd, the real Codex, git with a real bare origin.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import type { LaneRow } from '../../state/rows/lanes.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { newLaneFactory, writeBrief } from './parts/lane-factory.ts'
import { type Answer, run, say } from './parts/model-server/answer.ts'
import { scriptLine, startScripts } from './parts/model-server.ts'
import { killLater } from './parts/processes.ts'

const COMMIT = 'echo hi >> out.txt && git add -A && git commit -qm "lane: a line"'

/** Scripts that are written when they are asked for. */
class LateScripts extends Map<string, readonly Answer[]> {
  readonly #write: (name: string) => readonly Answer[]
  constructor(write: (name: string) => readonly Answer[]) {
    super()
    this.#write = write
  }
  override get(name: string) {
    return this.#write(name)
  }
}

requirePart('sshd', 'git')('a lane that ended', () => {
  it('[B03] [B04] [B08] is believed as far as its checks go, and so after a restart', async () => {
    const head = { of: (_tree: string): string => 'unknown' }
    const model = await startScripts(
      new LateScripts(name => {
        if (name === 'liar') {
          return [run('true'), say('Committed 0badc0de1. All tests pass.')]
        }
        return [
          run(`${COMMIT} && git push -q origin HEAD`),
          say(`Committed ${head.of(name)}, pushed \`lane/${name}\`.`),
        ]
      }),
    )
    onTestFinished(() => model.close())
    const factory = await newLaneFactory(model.baseUrl, ['codex'])
    const { at, git } = factory
    head.of = name => {
      try {
        return git(`trees/${name}`, 'rev-parse', 'HEAD')
      } catch {
        return 'nothing'
      }
    }
    const operator = factory.operator(factory.profile('factory'))
    const launch = async (name: string, check: string) => {
      const brief = writeBrief(name, `${scriptLine(name)}\n# CHECK\n- \`${check}\``)
      const launched = await operator.run('lane', 'launch', '--brief', brief, '--json')
      expect(launched).toMatchObject({ stderr: '', exitCode: 0 })
      killLater(JSON.parse(launched.stdout).record)
    }
    const lane = async (name: string): Promise<LaneRow> => {
      const { rows } = JSON.parse(await operator.printed('lanes', '--json')) as { rows: LaneRow[] }
      const row = rows.find(each => each.name === name)
      if (row === undefined) throw new Error(`no lane ${name}`)
      return row
    }
    const ended = async (name: string) =>
      await eventually(
        `${name} ends`,
        async () => {
          const row = await lane(name)
          expect(row.status).toBe('ended')
          return row
        },
        60_000,
      )

    await launch('honest', 'grep -q hi out.txt')
    await launch('liar', 'echo the line is missing; test -f out.txt')

    const honest = await ended('honest')
    expect(honest).toMatchObject({
      result: 'pushed',
      report: { path: at('trees/honest/out.txt'), state: 'seen' },
    })
    expect(honest.evidence.map(({ kind }) => kind)).toEqual(['commit', 'push', 'report'])
    const sha = git('trees/honest', 'rev-parse', 'HEAD')
    expect(honest.claims.map(({ check, subject, state }) => [check, subject, state])).toEqual([
      ['command', 'grep -q hi out.txt', 'unverified'],
      ['commit', sha, 'verified'],
      ['push', 'lane/honest', 'verified'],
    ])
    const liar = await ended('liar')
    expect(liar).toMatchObject({ result: 'refuted', report: { state: 'absent' }, evidence: [] })
    expect(liar.claims[0]).toMatchObject({
      check: 'commit',
      state: 'refuted',
      output: 'there is no commit 0badc0de1',
    })
    const shown = await operator.printed('lanes')
    expect(shown).toMatch(/liar +refuted .*no report/)

    // The checks of the briefs.
    expect(await operator.run('lane', 'check', 'honest')).toMatchObject({
      stdout: 'verified: grep -q hi out.txt\n    exit 0',
      exitCode: 0,
    })
    const failed = await operator.run('lane', 'check', 'liar')
    expect(failed).toMatchObject({ exitCode: 1 })
    expect(failed.stdout).toContain('exit 1\n    the line is missing')
    expect((await lane('liar')).claims.map(({ state }) => state)).toEqual([
      'refuted',
      'refuted',
      'unverified',
    ])

    // Somebody else builds in the lane's worktree.
    const later = new Date(Date.now() + 60_000).toISOString()
    execFileSync(
      'git',
      [
        '-c',
        'safe.directory=*',
        '-C',
        at('trees/honest'),
        '-c',
        'user.name=Lead',
        '-c',
        'user.email=lead@factory.test',
        'commit',
        '-q',
        '--allow-empty',
        '-m',
        'lead: mend it',
      ],
      { env: { ...process.env, GIT_COMMITTER_DATE: later } },
    )
    await operator.run('stop')

    // A new hub has what the old one's checks found from the journal alone.
    expect((await ended('honest')).claims.map(({ state }) => state)).toEqual([
      'verified',
      'verified',
      'verified',
    ])
    const risks = JSON.parse(await operator.printed('risks', '--json')) as {
      rows: { about?: string; where: string }[]
    }
    const [breach] = risks.rows.filter(({ about }) => about === 'lead')
    expect(breach?.where).toMatch(/^honest [0-9a-f]{12} lead: mend it, by Lead$/)

    // A brief that was written to since is not the operator's any more.
    appendFileSync(at('logs/honest.brief.md'), '\n# CHECK\n`true`\n')
    expect(readFileSync(at('logs/honest.brief.md'), 'utf8')).toContain('`true`')
    const refused = await operator.run('lane', 'check', 'honest', '--json')
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stdout).toContain('it was changed since')
  })

  it('[B11] warns before launch of a file that a lane which lives has changed', async () => {
    const model = await startScripts(
      new Map([['slow', [run('echo mine >> out.txt && sleep 4715'), say('Waited.')]]]),
    )
    onTestFinished(() => model.close())
    const factory = await newLaneFactory(model.baseUrl, ['codex'])
    const operator = factory.operator(factory.profile('factory'))
    const launch = async (name: string, ...more: string[]) => {
      const brief = writeBrief(name, scriptLine('slow'))
      const words = ['lane', 'launch', '--brief', brief, '--json', ...more]
      return JSON.parse(await operator.printed(...words))
    }
    const slow = await launch('slow')
    killLater(slow.record)
    expect(slow.warnings).toEqual([])
    const plan = await eventually('the change is seen', async () => {
      const planned = await launch('next', '--dry-run')
      return planned.warnings.some((line: string) => line.includes('changed')) ? planned : null
    })
    expect(plan).toMatchObject({
      kind: 'plan',
      warnings: ['out.txt is changed by the lane slow too'],
    })
    expect((await operator.run('lane', 'stop', 'slow')).stdout).toContain('ended by')
  })
})
