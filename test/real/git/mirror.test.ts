/** A mirror over real git: what it reads, what it builds, and what it refuses to move. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { GitFault } from '../../../adapters/git/git.ts'
import { type Mirror, openMirror } from '../../../adapters/git/mirror.ts'
import { localTransport } from '../../../adapters/local/transport.ts'
import { openHostMirror } from '../../../src/hub/dock/host-mirror.ts'
import { RpcFault } from '../../../src/rpc/peer.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { hostProbe } from '../parts/host-probe.ts'

const author = { name: 'Dock', email: 'dock@factory.test', at: 1_700_000_000_000 }

type Open = (options: { dir: string; remote: string }) => Promise<Mirror>

async function probeAt(state: string) {
  const transport = localTransport({ env: { ...process.env, XDG_STATE_HOME: state } })
  await transport.connect()
  onTestFinished(() => transport.close())
  return await hostProbe(transport)
}

const BACKENDS: Record<'here' | 'host', Open> = {
  here: async ({ dir, remote }) =>
    await openMirror({ dir, remote, access: async () => ({}), env: process.env }),
  host: async ({ dir, remote }) =>
    await openHostMirror({ ask: await probeAt(dir), name: 'acme+app.git', remote }),
}

async function factory(open: Open) {
  const dir = scratch()
  const at = (...names: string[]) => join(dir, ...names)
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
  const git = (where: string, ...args: string[]) =>
    execFileSync('git', [...identity, '-C', at(where), ...args], { encoding: 'utf8' }).trim()
  git('.', 'init', '-q', '--bare', '-b', 'main', 'origin.git')
  git('.', 'clone', '-q', at('origin.git'), 'work')
  const commit = (path: string, text: string, message: string) => {
    mkdirSync(join(at('work', path), '..'), { recursive: true })
    writeFileSync(at('work', path), text)
    git('work', 'add', '-A')
    git('work', 'commit', '-q', '-m', message)
    return git('work', 'rev-parse', 'HEAD')
  }
  git('work', 'checkout', '-q', '-b', 'main')
  const base = commit('a.txt', '1\n2\n3\n', 'base')
  const branch = (name: string, path: string, text: string) => {
    git('work', 'checkout', '-q', '-b', name, base)
    return commit(path, text, name)
  }
  const one = branch('one', 'a.txt', '1\ntwo\n3\n')
  const other = branch('other', 'a.txt', '1\nTWO\n3\n')
  const apart = branch('apart', 'docs/b c.md', 'hello\n')
  git('work', 'push', '-q', 'origin', 'main', 'one', 'other', 'apart')
  git('origin.git', 'update-ref', 'refs/pull/7/head', one)
  const mirror = await open({ dir: at('mirror.git'), remote: at('origin.git') })
  await mirror.fetch()
  return { at, git, mirror, base, one, other, apart }
}

requirePart('git')('a mirror', () => {
  describe.each(Object.entries(BACKENDS))('%s', (_, open) => {
    it('tells which commits a tip does not hold, and takes what it never saw for such', async () => {
      const { mirror, base, one, apart } = await factory(open)
      const unknown = 'f'.repeat(40)
      expect(await mirror.missingFrom(one, [base, one, apart, unknown])).toEqual([apart, unknown])
      expect(await mirror.missingFrom(one, [unknown])).toEqual([unknown])
      expect(await mirror.missingFrom(one, [])).toEqual([])
    })

    it('tells which pairs conflict, in one process, and which paths each changes', async () => {
      const { mirror, base, one, other, apart } = await factory(open)
      const merges = await mirror.merge([
        [one, apart],
        [one, other],
        [base, apart],
      ])
      expect(merges.map(({ conflicts }) => conflicts)).toEqual([[], ['a.txt'], []])
      expect(await mirror.changedPaths(base, apart)).toEqual(['docs/b c.md'])
      expect(await mirror.pullHeads()).toEqual(new Map([[7, one]]))
      expect((await mirror.branches()).get('main')).toBe(base)
      await expect(mirror.merge([[one, 'f'.repeat(40)]])).rejects.toThrow(GitFault)
    })

    it('makes one commit of one plan', async () => {
      const { mirror, base, one, apart } = await factory(open)
      const [merge] = await mirror.merge([[one, apart]])
      const plan = { tree: merge?.tree ?? '', parents: [one, apart], message: 'train\n', author }
      const commit = await mirror.commit(plan)
      expect(await mirror.commit(plan)).toBe(commit)
      expect(await mirror.treeOf(commit)).toBe(merge?.tree)
      expect(await mirror.apart(base, commit)).toEqual({ ahead: 3, behind: 0 })
      expect(await mirror.apart(one, apart)).toEqual({ ahead: 1, behind: 1 })
    })

    it('reads a file as the branch has it, and refuses one that is too long', async () => {
      const { mirror, base } = await factory(open)
      expect(await mirror.readFile(base, 'a.txt', 100)).toBe('1\n2\n3\n')
      expect(await mirror.readFile(base, 'none.toml', 100)).toBeNull()
      await expect(mirror.readFile(base, 'a.txt', 3)).rejects.toThrow(GitFault)
    })

    it('forgets what is gone, and says what it could not bring', async () => {
      const { at, git, mirror } = await factory(open)
      git('origin.git', 'update-ref', '-d', 'refs/heads/other')
      await mirror.fetch()
      expect([...(await mirror.branches()).keys()]).toEqual(['apart', 'main', 'one'])
      git('origin.git', 'config', 'x.y', 'z')
      appendFileSync(at('origin.git', 'config'), '\n[broken')
      await expect(mirror.fetch()).rejects.toThrow(/git fetch: /)
    })
  })

  it('on this machine moves a branch only from where it was thought to be', async () => {
    const { git, mirror, base, one } = await factory(BACKENDS.here)
    const [merge] = await mirror.merge([[base, one]])
    const plan = { tree: merge?.tree ?? '', parents: [base, one], message: 'train\n', author }
    const commit = await mirror.commit(plan)
    expect(await mirror.push('train/1', commit, null)).toEqual({ kind: 'pushed' })
    expect(await mirror.push('train/1', one, null)).toMatchObject({ kind: 'raced' })
    expect(await mirror.push('main', commit, one)).toMatchObject({ kind: 'raced' })
    expect(git('origin.git', 'rev-parse', 'main')).toBe(base)
    expect(await mirror.push('main', commit, base)).toEqual({ kind: 'pushed' })
    expect(git('origin.git', 'rev-parse', 'main')).toBe(commit)
    expect(await mirror.deleteBranch('train/1', one)).toMatchObject({ kind: 'raced' })
    expect(await mirror.deleteBranch('train/1', commit)).toEqual({ kind: 'pushed' })
  })

  it('on the host pushes nothing, and says so when the host is gone', async () => {
    const { git, mirror, at, base, one } = await factory(BACKENDS.host)
    await expect(mirror.push('main', one, base)).rejects.toThrow(/nothing is pushed from there/)
    expect(git('origin.git', 'rev-parse', 'main')).toBe(base)
    expect(mirror.dir).toBe(at('mirror.git', 'dockmaster', 'mirrors', 'acme+app.git'))
    expect(statSync(mirror.dir).mode & 0o077).toBe(0)
    const gone = await openHostMirror({
      ask: async (method, params) => {
        if (method === 'mirror.git') throw new RpcFault('no probe on the host')
        return await (await probeAt(at('mirror.git')))(method, params)
      },
      name: 'acme+app.git',
      remote: at('origin.git'),
    })
    await expect(gone.fetch()).rejects.toThrow(/git fetch: the host cannot be asked: no probe/)
  })
})
