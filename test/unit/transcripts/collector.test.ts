import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { transcriptsCollector } from '../../../adapters/transcripts/collector.ts'
import { PkmConfig } from '../../../state/config.ts'
import type { TranscriptsFact } from '../../../state/facts.ts'
import { eventually } from '../../setup/eventually.ts'

const NOW = Date.parse('2026-11-21T12:50:00Z')
const MINUTE = 60_000
const idle = new AbortController().signal

/** Root reads everything: then the looks are made as nobody, where the platform can. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await act()
  process.seteuid?.(65_534)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}

describe('transcript sources', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'dockmaster-transcripts-'))
    await chmod(home, 0o755)
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const put = async (path: string, bytes: number, ageMinutes: number) => {
    const full = join(home, path)
    await mkdir(dirname(full), { recursive: true })
    await writeFile(full, 'x'.repeat(bytes))
    const at = (NOW - ageMinutes * MINUTE) / 1_000
    await utimes(full, at, at)
  }
  const collect = (pkm: Partial<PkmConfig> = {}, where: 'host' | 'here' = 'host') =>
    transcriptsCollector(PkmConfig.parse(pkm), where, {
      now: () => NOW,
      home,
      machine: 'quay',
      settleMs: 10,
    })
  const facts = async (
    collector = collect(),
    hints: ReadonlySet<string> | null = null,
  ): Promise<Map<string, TranscriptsFact>> => {
    const look = await collector.look(hints, idle)
    expect(look.state).toBe('ok')
    const values = look.drafts.flatMap(d => (d.kind === 'transcripts' && d.value ? [d.value] : []))
    return new Map(values.map(value => [`${value.kind} ${value.root.replace(home, '~')}`, value]))
  }

  it('[H01] counts each place by itself, and finds new companies, agents and profiles by glob', async () => {
    await put('.codex/sessions/2026/11/21/rollout-a.jsonl', 100, 3)
    await put('.codex/sessions/2026/11/20/rollout-b.jsonl.zst', 50, 90)
    await put('.codex/sessions/2026/11/20/notes.txt', 9, 1)
    await put('.claude/projects/-srv-yard/c.jsonl', 70, 5)
    await put('.hermes/profiles/pilot/state.db', 40, 2)
    await put('.hermes/profiles/pilot/cache/state.db', 40, 2)
    const collector = collect()
    const first = await facts(collector)
    expect(first.get('codex ~/.codex/sessions')).toEqual({
      kind: 'codex',
      where: 'host',
      root: join(home, '.codex/sessions'),
      state: 'present',
      files: 2,
      bytes: 150,
      newest: NOW - 3 * MINUTE,
      captured: null,
      lagMs: null,
    })
    expect(first.get('claude ~/.claude/projects')).toMatchObject({ files: 1, bytes: 70 })
    expect(first.get('hermes-state ~/.hermes/profiles/pilot')).toMatchObject({ files: 1 })
    expect(
      first.get('paperclip ~/.paperclip/instances/*/companies/*/codex-home/sessions')?.state,
    ).toBe('absent')

    const company = '.paperclip/instances/default/companies/harbor'
    await put(`${company}/codex-home/sessions/2026/r.jsonl`, 10, 1)
    await put(`${company}/agents/scribe/codex-home/sessions/r.jsonl`, 10, 1)
    const second = await facts(collector)
    expect(second.get(`paperclip ~/${company}/codex-home/sessions`)).toMatchObject({ files: 1 })
    expect(second.get(`paperclip ~/${company}/agents/scribe/codex-home/sessions`)).toMatchObject({
      files: 1,
    })
    expect(second.has('paperclip ~/.paperclip/instances/*/companies/*/codex-home/sessions')).toBe(
      false,
    )
  })

  it('[H01] configured sources are added, each for its own machine', async () => {
    await put('yard/logs/a.log', 5, 1)
    const sources = [
      { kind: 'yard', root: '~/yard/*', files: '*.log', where: 'host' as const },
      { kind: 'yard', root: '~/elsewhere', files: '*', where: 'here' as const },
    ]
    const host = await facts(collect({ sources }))
    expect(host.get('yard ~/yard/logs')).toMatchObject({ files: 1, where: 'host' })
    expect(host.has('yard ~/elsewhere')).toBe(false)
    const here = await facts(collect({ sources }, 'here'))
    expect(here.get('yard ~/elsewhere')).toMatchObject({ state: 'absent', where: 'here' })
  })

  it('[H03] a missing place is absent: neither a failure nor zero sessions', async () => {
    const found = await facts()
    expect(found.size).toBeGreaterThan(5)
    for (const fact of found.values()) {
      expect(fact).toMatchObject({ state: 'absent', files: null, bytes: null, newest: null })
    }
    await mkdir(join(home, '.codex/sessions'), { recursive: true })
    await mkdir(join(home, '.hermes/profiles/pilot'), { recursive: true })
    expect((await facts()).get('hermes-state ~/.hermes/profiles/pilot')?.state).toBe('absent')
    expect((await facts()).get('codex ~/.codex/sessions')).toMatchObject({
      state: 'present',
      files: 0,
      newest: null,
    })
  })

  it('[H03] an unreadable place is denied, also when only a part of it is, and the rest goes on', async () => {
    await put('.codex/sessions/2026/a.jsonl', 1, 1)
    await put('.codex/archived_sessions/b.jsonl', 1, 1)
    await put('.claude/projects/open/c.jsonl', 1, 1)
    await put('.claude/projects/closed/d.jsonl', 1, 1)
    await put('.paperclip/instances/default/companies/yard/codex-home/sessions/e.jsonl', 1, 1)
    const closed = [
      '.codex/sessions',
      '.claude/projects/closed',
      '.paperclip/instances/default/companies',
    ].map(path => join(home, path))
    await Promise.all(closed.map(path => chmod(path, 0o000)))
    try {
      const found = await asNobody(() => facts())
      for (const place of ['codex ~/.codex/sessions', 'claude ~/.claude/projects']) {
        expect(found.get(place)).toMatchObject({ state: 'denied', files: null, bytes: null })
      }
      expect(found.get('paperclip ~/.paperclip/instances/default/companies')?.state).toBe('denied')
      expect(found.get('codex-archive ~/.codex/archived_sessions')).toMatchObject({
        state: 'present',
        files: 1,
      })
    } finally {
      await Promise.all(closed.map(path => chmod(path, 0o755)))
    }
  })

  it('[H01] says how much is captured, by the path from home or below the root, and how far behind', async () => {
    await put('.codex/sessions/2026/a.jsonl', 100, 10)
    await put('.codex/sessions/2026/b.jsonl', 100, 60)
    await put('captured/codex/quay/.codex/sessions/2026/a.jsonl', 80, 40)
    await put('captured/codex/quay/.codex/sessions/2026/b.jsonl', 100, 60)
    await put('.codex/archived_sessions/c.jsonl', 10, 500)
    await put('captured/codex-archive/quay/c.jsonl', 10, 500)
    await put('captured/codex-archive/barge/other.jsonl', 10, 500)
    await put('.claude/projects/p/d.jsonl', 10, 5)
    await put('.claude/projects/p/e.jsonl', 10, 65)
    await put('.hermes/state.db', 10, 5)
    await put('captured/hermes-state/quay/.hermes/state.db', 4, 3)
    const found = await facts(collect({ captured: '~/captured' }))
    // b is whole; a was captured half an hour before it grew.
    expect(found.get('codex ~/.codex/sessions')).toMatchObject({
      files: 2,
      captured: 2,
      lagMs: 30 * MINUTE,
    })
    expect(found.get('codex-archive ~/.codex/archived_sessions')).toMatchObject({
      captured: 1,
      lagMs: 0,
    })
    expect(found.get('claude ~/.claude/projects')).toMatchObject({
      captured: 0,
      lagMs: 60 * MINUTE,
    })
    expect(found.get('hermes-state ~/.hermes')).toMatchObject({ captured: 1, lagMs: 0 })
  })

  it('what changes is read by itself: growth, new directories, deletion', async () => {
    await put('.codex/sessions/2026/11/20/a.jsonl', 10, 60)
    const collector = collect({ captured: '~/captured' })
    await facts(collector)
    const pokes = new Set<string>()
    const watching = new AbortController()
    void collector.watch?.(hint => pokes.add(hint), watching.signal)
    await facts(collector)
    const seen = async (what: string, files: number, bytes: number) => {
      await eventually(what, async () => {
        if (pokes.size === 0) return false
        const hints = new Set(pokes)
        pokes.clear()
        const look = await collector.look(hints, idle)
        const fact = look.drafts.find(draft => draft.key.startsWith('host/codex/'))?.value
        return fact && 'files' in fact && fact.files === files && fact.bytes === bytes
      })
    }
    await appendFile(join(home, '.codex/sessions/2026/11/20/a.jsonl'), 'grew')
    await seen('growth', 1, 14)
    await put('.codex/sessions/2026/11/21/b.jsonl', 6, 0)
    await seen('a file in a new directory', 2, 20)
    await rm(join(home, '.codex/sessions/2026/11/20'), { recursive: true })
    await seen('a deletion', 1, 6)
    watching.abort()
  })

  it('links do not lead out of a place, nor round in circles', async () => {
    await put('.codex/sessions/2026/a.jsonl', 10, 1)
    await put('outside/secret.jsonl', 10, 1)
    await symlink(join(home, '.codex/sessions'), join(home, '.codex/sessions/2026/loop'))
    await symlink(join(home, 'outside'), join(home, '.codex/sessions/out'))
    await mkdir(join(home, '.hermes/profiles/pilot'), { recursive: true })
    expect((await facts()).get('hermes-state ~/.hermes/profiles/pilot')?.state).toBe('absent')
    expect((await facts()).get('codex ~/.codex/sessions')).toMatchObject({ files: 1 })
  })

  it("this machine's own are left alone when the config says so", async () => {
    const look = await collect({ here: false }, 'here').look(null, idle)
    expect(look).toMatchObject({ state: 'absent', mend: expect.stringContaining('here = true') })
  })
})
