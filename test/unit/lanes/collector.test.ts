import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { copyFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LaneFact } from '../../../state/facts.ts'
import { eventually } from '../../setup/eventually.ts'
import { fixture, fixtureText } from './lane-cases.ts'
import { byKey, KILLED, killed, lanesPlace, linesOf, OK, text } from './lanes-place.ts'

describe('lanes on a host', () => {
  it('[B05] follows a run from its first line to its end', async () => {
    const { log, writer, lanes } = await lanesPlace()
    const path = log('build-cache.jsonl')
    const child = writer(path)
    const lines = linesOf('codex/ok')
    const say = async (some: readonly string[]) => {
      const before = existsSync(path) ? readFileSync(path).length : 0
      child.stdin?.write(text(some))
      await eventually('the log grows', () => readFileSync(path).length > before)
    }
    expect(await lanes()).toEqual({})
    await say(lines.slice(0, 1))
    expect((await lanes())[OK]).toMatchObject({
      name: 'build-cache',
      engine: 'codex',
      status: 'starting',
      pid: child.pid,
      log: path,
      rollout: null,
      startedAt: 0x01a1fb3bb729,
    })
    await say(lines.slice(1, 5))
    const working = (await lanes())[OK]
    expect(working).toMatchObject({
      status: 'working',
      result: 'none',
      lastMessage: 'Writing the file.',
    })
    expect(working?.currentCommand).toContain('git commit')
    expect(working?.pidStart).toMatch(/^\d+$/)
    await say(lines.slice(5))
    expect((await lanes())[OK]).toMatchObject({
      status: 'ended',
      result: 'claimed',
      lastExit: 0,
      tokens: 2500,
      currentCommand: null,
    })
  })

  it('[M06] tells a run that was killed from one that thinks, by its process and its output', async () => {
    const { log, writer, later, lanes } = await lanesPlace()
    const path = log('slow.jsonl')
    const child = writer(path)
    child.stdin?.write(text(linesOf('codex/think').slice(0, 3)))
    await eventually('the log is there', () => readFileSync(path, 'utf8').split('\n').length > 3)
    later(10_000)
    const [key = ''] = Object.keys(await lanes())
    expect((await lanes())[key]?.status).toBe('thinking')
    later(400_000)
    expect((await lanes())[key]).toMatchObject({ status: 'stalled', pid: child.pid })
    await killed(child)
    expect((await lanes())[key]).toMatchObject({ status: 'ended', result: 'crashed', pid: null })
  })

  it('takes the writer lock for the engine’s own word, and an orphan with the log open for none', async () => {
    const { codexHome, log, writer, started, later, lanes } = await lanesPlace()
    const path = log('held.jsonl')
    writer(path).stdin?.write(text(linesOf('codex/sigkill_native')))
    await eventually('the log is there', () => readFileSync(path, 'utf8').split('\n').length > 3)
    const lock = join(codexHome, 'thread-writer-locks', `${KILLED}.lock`)
    const holder = spawn('flock', ['-o', lock, 'sleep', '600'], { stdio: 'ignore', detached: true })
    started(holder)
    later(10_000)
    const held = await eventually('the lock is held', async () => {
      const lane = (await lanes())[KILLED]
      return lane?.pid === holder.pid ? lane : null
    })
    expect(held).toMatchObject({ status: 'working', pid: holder.pid })
    process.kill(-(holder.pid ?? 0), 'SIGKILL')
    await killed(holder)
    expect(existsSync(lock)).toBe(true)
    expect((await lanes())[KILLED]).toMatchObject({ status: 'ended', result: 'crashed', pid: null })
  })

  it('[B16] tells what a live lane may do unasked, and no longer when it is over', async () => {
    const { log, rollout, started, later, lanes } = await lanesPlace()
    const path = log('bold.jsonl')
    const out = openSync(path, 'a')
    const args = ['-c', 'cat', 'exec', '--json', '--dangerously-bypass-approvals-and-sandbox', '-']
    const child = spawn('/bin/sh', args, { argv0: 'codex', stdio: ['pipe', out, 'ignore'] })
    closeSync(out)
    started(child)
    child.stdin?.write(text(linesOf('codex/ok').slice(0, 3)))
    await eventually('the log is there', () => readFileSync(path, 'utf8').split('\n').length > 3)
    expect((await lanes())[OK]?.risk).toEqual({ flags: ['--yolo'], reach: 'host' })
    // Its session file says the same in its own way.
    writeFileSync(rollout(OK), text(linesOf('codex/ok.rollout').slice(0, 8)))
    const both = ['--yolo', 'sandbox danger-full-access', 'approvals never']
    expect((await lanes())[OK]?.risk).toEqual({ flags: both, reach: 'host' })
    child.stdin?.end()
    await once(child, 'exit')
    later(10_000)
    expect((await lanes())[OK]).toMatchObject({ pid: null, risk: null })
  })

  it('is one lane for the logs and the session file of one thread', async () => {
    const { log, rollout, lanes } = await lanesPlace()
    await copyFile(fixture('codex/ok'), log('first.jsonl'))
    await copyFile(fixture('codex/resume_ok'), log('again.jsonl'))
    await utimes(log('first.jsonl'), 1_000, 1_000)
    await copyFile(fixture('codex/ok.rollout'), rollout(OK))
    const all = await lanes()
    expect(Object.keys(all)).toEqual([OK])
    expect(all[OK]).toMatchObject({
      name: 'again',
      log: log('again.jsonl'),
      rollout: rollout(OK),
      model: 'gpt-5.5',
      cwd: '/srv/factory/lanes/ok',
      tokens: 5000,
      startedAt: Date.parse('2026-11-20T23:12:37.170Z'),
    })
  })

  it('finds the session file of a logged thread, however old it is', async () => {
    const { log, rollout, lanes } = await lanesPlace()
    await copyFile(fixture('codex/limit429'), log('limit.jsonl'))
    const id = '01a1fb38-f9d4-7400-988f-f83234465483'
    await copyFile(fixture('codex/limit429.rollout'), rollout(id))
    await utimes(rollout(id), 1_000, 1_000)
    await copyFile(fixture('codex/noop.rollout'), rollout('01a1fb38-e684-7f40-948c-389f18872c7f'))
    await utimes(rollout('01a1fb38-e684-7f40-948c-389f18872c7f'), 1_000, 1_000)
    await lanes()
    const all = await lanes()
    expect(Object.keys(all)).toEqual([id])
    expect(all[id]).toMatchObject({
      status: 'quota',
      rollout: rollout(id),
      resetAt: Date.UTC(2026, 10, 21, 1, 9),
    })
  })

  it('reads Claude logs and transcripts as one lane', async () => {
    const { dir, log, lanes } = await lanesPlace()
    const id = '989d5c37-15cf-4ce0-a08e-829070019785'
    await copyFile(fixture('claude/ok'), log('review.jsonl'))
    await copyFile(
      fixture('claude/ok.transcript'),
      join(dir, 'claude/projects/-srv-x', `${id}.jsonl`),
    )
    await copyFile(
      fixture('claude/ok.transcript'),
      join(dir, 'claude/projects/-srv-x/agent-1.jsonl'),
    )
    expect(await lanes()).toMatchObject({
      [id]: { engine: 'claude', status: 'ended', result: 'claimed', tokens: 340, lastExit: 1 },
    })
  })

  it('keys a run by its log until it tells its thread, and then by that alone', async () => {
    const { log, lanes, lookAt } = await lanesPlace()
    const path = log('early.jsonl')
    writeFileSync(path, '{"type":"turn.started"}\n')
    expect(Object.keys(await lanes())).toEqual([path])
    appendFileSync(path, text(linesOf('codex/ok').slice(0, 2)))
    const look = await lookAt(new Set([path]))
    expect(look.extent).toBe('some')
    expect(byKey(look)).toMatchObject({ [path]: null, [OK]: { name: 'early' } })
    expect(Object.keys(await lanes())).toEqual([OK])
  })

  it('names its evidence, and says when it could not look', async () => {
    const { dir, rollout, later, lanes } = await lanesPlace()
    const work = join(dir, 'work')
    execFileSync('git', ['init', '-qb', 'main', work])
    const now = new Date().toISOString()
    const session = fixtureText('codex/ok.rollout')
      .replaceAll('/srv/factory/lanes/ok', work)
      .replaceAll(/2026-11-20T23:12:3\d\.\d+Z/g, now)
      .replace(/"git":\{[^}]*\}/, '"git":{}')
    writeFileSync(rollout(OK), session)
    const [before] = Object.values(await lanes())
    expect(before?.why.join()).toMatch(/not checked: git in/)
    const who = ['-c', 'user.name=Robin', '-c', 'user.email=robin@example.invalid']
    execFileSync('git', ['-C', work, ...who, 'commit', '-q', '--allow-empty', '-m', 'mine'])
    later(61_000)
    const [after] = Object.values(await lanes())
    const sha = execFileSync('git', ['-C', work, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
    expect(after).toMatchObject({
      status: 'ended',
      result: 'local',
      evidence: [{ kind: 'commit', ref: sha }],
    })
  })

  it('[M06] tells of no ended lane before its work was looked at, however many there are', async () => {
    const { dir, rollout, lookAt, watch } = await lanesPlace()
    const work = join(dir, 'work')
    execFileSync('git', ['init', '-qb', 'main', work])
    const ids = Array.from({ length: 40 }, (_, n) => OK.replace(/..$/, String(n).padStart(2, '0')))
    for (const id of ids) {
      const session = fixtureText('codex/ok.rollout').replaceAll('/srv/factory/lanes/ok', work)
      writeFileSync(rollout(id), session.replaceAll(OK, id))
    }
    let pokes = 0
    await watch(() => {
      pokes += 1
    })
    const told = new Map<string, LaneFact>()
    let hints: ReadonlySet<string> | null = null
    do {
      pokes = 0
      const look = await lookAt(hints)
      for (const [key, lane] of Object.entries(byKey(look))) if (lane) told.set(key, lane)
      expect([...told.values()].filter(lane => lane.why.join().includes('yet'))).toEqual([])
      hints = new Set([''])
    } while (pokes > 0)
    expect([...told.keys()].sort()).toEqual(ids)
  })
})

describe('the detail view', () => {
  it('reads the file of a lane, and of nothing else', async () => {
    const { log, lanes, window } = await lanesPlace()
    await copyFile(fixture('codex/ok'), log('lane.jsonl'))
    await lanes()
    const seen = await window(OK, null, 100_000)
    expect(seen).toMatchObject({ path: log('lane.jsonl'), from: 0 })
    expect(seen.lines).toEqual(linesOf('codex/ok'))
    await expect(window('/etc/passwd', 0, 100)).rejects.toThrow(/there is no lane/)
  })
})
