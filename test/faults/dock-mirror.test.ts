/** What the disk, and a git that died, do to the mirror of a dock, end to end. */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { MINUTE } from '../real/practice-github/parts/dock-server.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { dockPlace } from './parts/dock/dock-place.ts'

/** Many processes of git, each of which waits its turn on a busy machine. */
vi.setConfig({ testTimeout: 120_000 })

requirePart('git')('a mirror', () => {
  it.each([
    [
      'whose objects are cut short',
      (mirror: string) => {
        const objects = readdirSync(join(mirror, 'objects'), {
          recursive: true,
          withFileTypes: true,
        })
        for (const { name, parentPath } of objects.filter(each => each.isFile())) {
          truncateSync(join(parentPath, name), 10)
        }
      },
    ],
    [
      'where a git that was killed left its lock',
      (mirror: string) => {
        const lock = join(mirror, 'packed-refs.lock')
        writeFileSync(lock, '')
        utimesSync(lock, 1, 1)
      },
    ],
  ] as const)('[O02] %s is fetched anew, and its line goes on', async (_, damage) => {
    const { server, hub, mirror, landings, drain } = await dockPlace()
    const started = hub()
    await started.turn()
    damage(mirror)
    server.git(
      'branch',
      '-f',
      'main',
      await server.commit('origin/main', 'Theirs', { 'a.txt': 'a\n' }).then(async sha => {
        await server.push(`${sha}:refs/heads/other`)
        return sha
      }),
    )
    server.git('branch', '-D', 'other')
    const said = await drain(started)
    expect(said.join('\n')).toMatch(/its mirror was damaged/)
    expect(server.model.pulls()[0]?.landed).not.toBeNull()
    expect(landings()).toBe(2)
    expect(started.journal.unsettled('intent')).toEqual([])
  })

  it('[O02] on a full disk says so, and goes on when there is room', async () => {
    const { server, dir, hub, landings, drain } = await dockPlace()
    const full = join(dir, 'full')
    const bin = scratch()
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    const program = `#!/bin/sh\n[ -e ${full} ] && ulimit -f 0\nexec ${git} "$@"\n`
    writeFileSync(join(bin, 'git'), program, { mode: 0o755 })
    const started = hub({ env: { PATH: `${bin}:${process.env['PATH']}` } })
    await started.turn()
    server.pass(6 * MINUTE)
    const theirs = await server.commit('origin/main', 'Theirs', { 'a.txt': 'a\n' })
    await server.push(`${theirs}:refs/heads/main`)
    writeFileSync(full, '')
    expect(await started.turn()).toMatchObject({
      state: 'error',
      message: expect.stringMatching(/git fetch/),
    })
    rmSync(full)
    await drain(started)
    expect(landings()).toBe(2)
  })
})
