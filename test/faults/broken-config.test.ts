/** A config that is wrong, as the built program meets it: one clear error, and a way round it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newOperator } from '../real/parts/operator.ts'

const PROFILE = '[profiles.here]\nhost = "local"\n'

const BROKEN: [what: string, text: string, line: number, says: RegExp][] = [
  ['cut in a string', `${PROFILE}lanes.logs = ["/srv`, 3, /:3:\d+: /],
  ['no TOML', '\u0000\u0001PNG\n', 1, /:1:\d+: /],
  ['an unknown key', `${PROFILE}hots = "x"\n`, 3, /profiles\.here: Unrecognized key: "hots"$/],
  ['a wrong type', `${PROFILE}\n[profiles.here.lanes]\nlogs = 3\n`, 5, /lanes\.logs: .*expected/],
  ['a wrong duration', `persist = "soon"\n${PROFILE}`, 1, /persist: a duration is a number/],
  ['a missing host', '# mine\n[profiles.here]\nnode = "/n"\n', 2, /profiles\.here\.host: /],
  ['a token in it', `${PROFILE}github.token = "ghp_${'a1'.repeat(20)}"\n`, 3, /github\.token: /],
  [
    'a landing that nobody at a terminal answers',
    `${PROFILE}\n[profiles.here.answers]\nwithoutTerminal = ["box.remove", "pull.merge"]\n`,
    5,
    /withoutTerminal\.1: "pull\.merge" is answered by a person at a terminal only; .*box\.remove$/,
  ],
  ['a repository with a blank', `${PROFILE}github.repos = ["a b"]\n`, 3, /is owner\/name$/],
]

describe('a broken config', () => {
  it.each(BROKEN)(
    '[O08] %s: the place and the reason, and no hub',
    async (_what, text, line, says) => {
      const operator = newOperator({ select: [], config: text })
      const { exitCode, stdout, stderr } = await operator.run('lanes', '--profile', 'here')
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      const [headline, fault, ...rest] = stderr.split('\n')
      expect(headline).toBe('dockmaster: the config is broken:')
      expect(fault).toContain(join(operator.home, 'config/dockmaster/config.toml') + `:${line}:`)
      expect(fault).toMatch(says)
      expect(rest).toEqual([])
      expect(stderr).not.toContain('ghp_')
      expect(operator.hubs()).toEqual([])
    },
  )

  it('[O08] locks nobody out: a host that is named on the line still works', async () => {
    const operator = newOperator({ select: ['--host', 'local'], config: 'nonsense\n' })
    const { exitCode, stdout, stderr } = await operator.run('run', 'echo here')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'here' })
    expect(stderr).toMatch(
      /^dockmaster: the config is broken and left out:\n.*config\.toml:1:\d+: /,
    )
  })

  it('[O08] that is a directory cannot be read, and says so', async () => {
    const operator = newOperator({ select: [], config: '' })
    const path = join(operator.home, 'config/dockmaster/config.toml')
    rmSync(path)
    mkdirSync(path)
    const { exitCode, stderr } = await operator.run('lanes')
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`${path} cannot be read: EISDIR`)
  })

  it('[O08] profiles that are not there are usage, with those that are', async () => {
    const operator = newOperator({ select: [], config: PROFILE })
    const { exitCode, stderr } = await operator.run('lanes', '--profile', 'her')
    expect(exitCode).toBe(2)
    expect(stderr).toBe('dockmaster: no profile named her (known: here)')
    writeFileSync(join(operator.home, 'config/dockmaster/config.toml'), '')
    expect(await operator.run('lanes')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/no host is named .* give --host user@host/),
    })
  })
})
