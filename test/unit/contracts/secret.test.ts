import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSecret } from '../../../adapters/secret.ts'

const TOKEN = 'ghp_plantedPlantedPlantedPlanted0000001'

describe('a secret', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'dockmaster-secret-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))
  const read = (source: Parameters<typeof readSecret>[0]) =>
    readSecret(source, { env: { ...process.env, PLANTED: ` ${TOKEN}\n` }, home })
  const print = (script: string) => ({ command: [process.execPath, '-e', script] })

  it('comes from the environment, a file or a command, without blanks', async () => {
    await writeFile(join(home, 'token'), `${TOKEN}\n`)
    expect(await read({ env: 'PLANTED' })).toBe(TOKEN)
    expect(await read({ file: '~/token' })).toBe(TOKEN)
    expect(await read(print(`console.log(${JSON.stringify(TOKEN)})`))).toBe(TOKEN)
  })

  it('[O06] when it cannot be read, the error says where and never what', async () => {
    await writeFile(join(home, 'huge'), TOKEN.repeat(10_000))
    await writeFile(join(home, 'empty'), '\n')
    await writeFile(join(home, 'script'), 'x')
    await chmod(join(home, 'script'), 0o600)
    const cases: [Parameters<typeof readSecret>[0], RegExp][] = [
      [{ env: 'NOT_PLANTED' }, /NOT_PLANTED is not set/],
      [{ file: '~/nowhere' }, /nowhere cannot be read \(ENOENT\)/],
      [{ file: '~/huge' }, /more than 65536 bytes/],
      [{ file: '~/empty' }, /gives nothing/],
      [{ command: ['dockmaster-no-such-program', TOKEN] }, /not on the PATH/],
      [{ command: [join(home, 'script'), TOKEN] }, /could not be started/],
      [
        print(`console.log("${TOKEN}"); console.error("${TOKEN}"); process.exit(4)`),
        /ended with 4/,
      ],
      [print(`console.log("${TOKEN}".repeat(9999))`), /more than 65536 bytes/],
    ]
    for (const [source, why] of cases) {
      const error: unknown = await read(source).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Error)
      expect(String(error)).toMatch(why)
      expect(String(error)).not.toContain(TOKEN)
    }
  })
})
